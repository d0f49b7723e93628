//! Small pictures through every way in; nothing of the camera's notes comes out.

use domain::evidence::{Kind, Sent, Unfit};

use super::*;

/// Red above, blue below, a green corner at the top left.
fn sample(width: u32, height: u32) -> Rgb {
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let corner = x < width / 4 && y < height / 4;
            pixels.extend(if corner {
                [0, 200, 0]
            } else if y < height / 2 {
                [200, 0, 0]
            } else {
                [0, 0, 200]
            });
        }
    }
    Rgb { width, height, pixels }
}

fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"Exif\0\0MM\0*\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    // GPS IFD, with a latitude reference.
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend(b"\0\0\0\0\0\x01\0\x01\0\x02\0\0\0\x02N\0\0\0GPSLatitude 30.12345");
    tiff
}

/// A JPEG as a phone writes it: EXIF first, something behind its end.
fn photo(image: &Rgb, orientation: u8) -> Vec<u8> {
    let plain = jpeg::write(image, 90).unwrap();
    let notes = exif(orientation);
    let mut out = plain[..2].to_vec();
    out.extend([0xFF, 0xE1]);
    out.extend(u16::try_from(notes.len() + 2).unwrap().to_be_bytes());
    out.extend(notes);
    out.extend(&plain[2..]);
    out.extend(b"MotionPhoto_Data GPSLatitude");
    out
}

fn at(image: &Rgb, x: u32, y: u32) -> [u8; 3] {
    let from = usize::try_from((y * image.width + x) * 3).unwrap();
    image.pixels[from..from + 3].try_into().unwrap()
}

fn is(colour: [u8; 3], like: [u8; 3]) -> bool {
    colour.iter().zip(like).all(|(a, b)| a.abs_diff(b) < 40)
}

fn has(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|w| w == word)
}

#[test]
fn camera_notes_go_and_the_picture_stands_upright() {
    let sent = photo(&sample(64, 48), 6);
    assert!(has(&sent, b"GPSLatitude") && has(&sent, b"Exif"));
    let stored = remade(Sent::Jpeg, sent).unwrap();
    assert_eq!(stored.kind, Kind::Jpeg);
    for file in [&stored.bytes, &stored.thumb] {
        for word in [b"Exif".as_slice(), b"GPS", b"Motion", b"http"] {
            assert!(!has(file, word));
        }
    }
    let (image, orientation) = jpeg::read(&stored.bytes).unwrap();
    assert_eq!((image.width, image.height, orientation), (48, 64, Orientation::UPRIGHT));
    // A quarter clockwise: the green corner is at the top right, the red half at the right.
    assert!(is(at(&image, 44, 4), [0, 200, 0]));
    assert!(is(at(&image, 40, 50), [200, 0, 0]));
    assert!(is(at(&image, 5, 30), [0, 0, 200]));
}

#[test]
fn each_of_the_eight_orientations_ends_the_same() {
    // What a camera would have to store so that the viewer sees `sample`.
    let upright = sample(32, 32);
    for value in 1..=8_u8 {
        let orientation = Orientation::from_exif(u16::from(value));
        let held = (1..=8)
            .map(|v| turn::turned(&upright, Orientation::from_exif(v)))
            .find(|held| turn::turned(held, orientation) == upright);
        assert!(held.is_some(), "{value}");
    }
    let wide = turn::turned(&sample(30, 20), Orientation::from_exif(5));
    assert_eq!((wide.width, wide.height), (20, 30));
    assert!(is(at(&wide, 1, 1), [0, 200, 0]), "transposed about the corner that stays");
    assert!(is(at(&wide, 1, 25), [200, 0, 0]));
}

#[test]
fn screenshots_stay_sharp_and_transparent_ones_stand_on_white() {
    let mut out = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut out, 2, 1);
    encoder.set_color(::png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[10, 20, 30, 255, 0, 0, 0, 0]).unwrap();
    writer.finish().unwrap();
    let stored = remade(Sent::Png, out).unwrap();
    assert_eq!(stored.kind, Kind::Png);
    let (image, _) = png::read(&stored.bytes).unwrap();
    assert_eq!(image.pixels, [10, 20, 30, 255, 255, 255]);
}

#[test]
fn webp_becomes_jpeg() {
    let mut out = Vec::new();
    let image = sample(40, 40);
    image_webp::WebPEncoder::new(&mut out).encode(&image.pixels, 40, 40, image_webp::ColorType::Rgb8).unwrap();
    let stored = remade(Sent::Webp, out).unwrap();
    assert_eq!(stored.kind, Kind::Jpeg);
    let (image, _) = jpeg::read(&stored.bytes).unwrap();
    assert!(is(at(&image, 30, 30), [0, 0, 200]));
}

#[test]
fn shrinking_is_the_mean_of_the_area() {
    let image = Rgb { width: 4, height: 2, pixels: [[0; 3], [100; 3], [50; 3], [50; 3]].concat().repeat(2) };
    assert_eq!(shrink::whole(&image, 2, 1).pixels, [50; 6]);
    // Uneven: three pixels into two.
    let image = Rgb { width: 3, height: 1, pixels: [[0; 3], [90; 3], [0; 3]].concat() };
    assert_eq!(shrink::whole(&image, 2, 1).pixels, [30; 6]);
    // Never larger, never empty.
    let same = shrink::whole(&image, 30, 10);
    assert_eq!((same.width, same.height), (3, 1));
    let flat = shrink::whole(&sample(2_000, 3), 320, 1);
    assert_eq!((flat.width, flat.height, flat.pixels.len()), (320, 1, 960));
}

#[test]
fn broken_and_huge_pictures_are_refused_without_being_decoded() {
    for cut in [3, 20, 100, 400] {
        let whole = photo(&sample(64, 48), 1);
        let bytes = whole[..cut.min(whole.len())].to_vec();
        assert!(remade(Sent::Jpeg, bytes).is_err(), "{cut}");
    }
    // A PNG that says 50,000 × 50,000 and holds nothing.
    let mut bomb = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
    bomb.extend(50_000_u32.to_be_bytes());
    bomb.extend(50_000_u32.to_be_bytes());
    bomb.extend([8, 2, 0, 0, 0]);
    bomb.extend(crc(&bomb[12..]).to_be_bytes());
    bomb.extend(b"\0\0\0\0IDAT\x35\xAF\x06\x1E\0\0\0\0IEND\xAE\x42\x60\x82");
    assert!(matches!(remade(Sent::Png, bomb), Err(Unfit::Pixels { width: 50_000, height: 50_000 })));
    for sent in [Sent::Jpeg, Sent::Png, Sent::Webp] {
        assert!(remade(sent, b"not a picture at all".to_vec()).is_err());
    }
}

fn crc(bytes: &[u8]) -> u32 {
    bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 })
    }) ^ u32::MAX
}

#[test]
fn a_screenshot_of_36_megapixels_takes_a_moment() {
    let mut sent = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut sent, 6_000, 6_000);
    encoder.set_color(::png::ColorType::Rgb);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&vec![90; 6_000 * 6_000 * 3]).unwrap();
    writer.finish().unwrap();
    let begun = std::time::Instant::now();
    let stored = remade(Sent::Png, sent).unwrap();
    assert!(stored.bytes.len() < PNG_MAX);
    // It was 17 s where the loops over every pixel were not optimised; some 300 ms are usual.
    assert!(begun.elapsed().as_secs() < 8, "{:?}", begun.elapsed());
}
