//! 佐证材料: time and memory of taking in the largest pictures of each format: a photo of 48 megapixels, a progressive
//! one, long screenshots, PNGs row by row and interlaced, WebP. Each runs in a process of its own, so that the peak is
//! that of one picture; the server decodes one at a time (`Files::decoding`).

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::{
    fs,
    io::{Cursor, Read as _, Write as _},
    process::Command,
    time::Instant,
};

use domain::evidence::{self, Sent};
use image_webp::WebPEncoder;
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, rgb_to_ycbcr};
use server::evidence::picture;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

/// A picture that is made row by row while it is encoded.
struct Drawn {
    width: u16,
    height: u16,
}

impl ImageBuffer for Drawn {
    fn get_jpeg_color_type(&self) -> JpegColorType {
        JpegColorType::Ycbcr
    }
    fn width(&self) -> u16 {
        self.width
    }
    fn height(&self) -> u16 {
        self.height
    }
    fn fill_buffers(&self, y: u16, buffers: &mut [Vec<u8>; 4]) {
        let mut noise = u32::from(y).wrapping_mul(2_654_435_761) | 1;
        for x in 0..self.width {
            noise ^= noise << 13;
            noise ^= noise >> 17;
            noise ^= noise << 5;
            let low = |n: u32| u8::try_from(n & 0xFF).unwrap();
            let grain = low(noise) & 15;
            let (yy, cb, cr) = rgb_to_ycbcr(low(u32::from(x / 24)) | grain, low(u32::from(y / 24)), grain * 8);
            for (buffer, value) in buffers.iter_mut().zip([yy, cb, cr]) {
                buffer.push(value);
            }
        }
    }
}

/// A pixel of a screenshot: areas of one colour with some grain, so that a file of 36 megapixels stays below 20 MB.
fn pixel(x: u32, y: u32) -> [u8; 3] {
    let low = |n: u32| u8::try_from(n & 0xFF).unwrap();
    let drawn = x.wrapping_mul(2_654_435_761).wrapping_add(y.wrapping_mul(40_503)) >> 29;
    let grain = if drawn == 0 { low(x ^ y) & 7 } else { 0 };
    [low(x / 24) | grain, low(y / 24), low((x + y) / 96)]
}

/// Rows of that, with an alpha channel or without.
fn row(y: u32, width: u32, channels: u32) -> Vec<u8> {
    (0..width).flat_map(|x| pixel(x, y).into_iter().chain((channels == 4).then_some(0xF0))).collect()
}

fn png(width: u32, height: u32, channels: u32) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(if channels == 4 { png::ColorType::Rgba } else { png::ColorType::Rgb });
    let mut writer = encoder.write_header().unwrap();
    let mut rows = writer.stream_writer().unwrap();
    for y in 0..height {
        rows.write_all(&row(y, width, channels)).unwrap();
    }
    rows.finish().unwrap();
    writer.finish().unwrap();
    out
}

/// What a zip archive holds, between the head and the sum that PNG wants around it.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("a", SimpleFileOptions::default()).unwrap();
    zip.write_all(bytes).unwrap();
    let mut archive = ZipArchive::new(zip.finish().unwrap()).unwrap();
    let mut out = vec![0x78, 0x9C];
    archive.by_index_raw(0).unwrap().read_to_end(&mut out).unwrap();
    let (a, b) = bytes.iter().fold((1_u32, 0_u32), |(a, b), byte| {
        let a = (a + u32::from(*byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    out.extend(((b << 16) | a).to_be_bytes());
    out
}

/// The same with 16 bits a channel in seven passes, which no encoder here writes: the chunks by hand.
fn interlaced(width: u32, height: u32) -> Vec<u8> {
    let mut passes = Vec::new();
    for (x0, y0, dx, dy) in
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    {
        for y in (y0..height).step_by(dy) {
            passes.push(0);
            let line = (x0..width).step_by(dx).flat_map(|x| pixel(x, y).into_iter().chain([0xF0]));
            passes.extend(line.flat_map(|value| [value, 0]));
        }
    }
    let mut out = b"\x89PNG\r\n\x1A\n".to_vec();
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[16, 6, 0, 0, 1]].concat();
    for (name, bytes) in [(b"IHDR", head), (b"IDAT", zlib(&passes)), (b"IEND", Vec::new())] {
        out.extend(u32::try_from(bytes.len()).unwrap().to_be_bytes());
        let from = out.len();
        out.extend(name);
        out.extend(bytes);
        let sum = out[from..].iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { (sum >> 1) ^ 0xEDB8_8320 } else { sum >> 1 })
        });
        out.extend((!sum).to_be_bytes());
    }
    out
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    let pixels: Vec<u8> = (0..height).flat_map(|y| row(y, width, 4)).collect();
    let mut out = Vec::new();
    WebPEncoder::new(&mut out).encode(&pixels, width, height, image_webp::ColorType::Rgba8).unwrap();
    out
}

fn jpeg(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, 88);
    encoder.set_progressive(progressive);
    encoder.encode_image(Drawn { width, height }).unwrap();
    out
}

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().to_owned()
}

/// Takes one picture in, in a process of its own.
fn one(path: &str) {
    let bytes = fs::read(path).unwrap();
    let sent = evidence::recognise(&bytes[..evidence::HEAD.min(bytes.len())], &[]).unwrap();
    assert!(matches!(sent, Sent::Jpeg | Sent::Png | Sent::Webp));
    let (before, start) = (peak(), Instant::now());
    let made = picture::remade(sent, bytes);
    let ms = start.elapsed().as_millis();
    let stored =
        made.map_or_else(|unfit| format!("refused: {unfit:?}"), |p| format!("stored {} KB", p.bytes.len() / 1024));
    println!("{ms} ms, peak {} KB of which {before} KB before, {stored}", peak());
}

type Case = (&'static str, fn() -> Vec<u8>);

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == "--one") {
        return one(&args[at + 1]);
    }
    let folder = std::env::temp_dir().join(format!("wuze-evidence-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let cases: [Case; 11] = [
        ("JPEG 8064×6048, 48 MP", || jpeg(8_064, 6_048, false)),
        ("JPEG 5656×4242 progressive", || jpeg(5_656, 4_242, true)),
        ("JPEG 1080×20000, long screenshot", || jpeg(1_080, 20_000, false)),
        ("JPEG 5100×3825, worst scale", || jpeg(5_100, 3_825, false)),
        ("PNG 6000×6000, 36 MP", || png(6_000, 6_000, 3)),
        ("PNG 6000×6000 with alpha", || png(6_000, 6_000, 4)),
        ("PNG 8000×6500, the most row by row", || png(8_000, 6_500, 3)),
        ("PNG 1300×30000, long screenshot", || png(1_300, 30_000, 3)),
        ("PNG 5200×5000 interlaced, 16 bits, the most", || interlaced(5_200, 5_000)),
        ("WebP 5200×5000 with alpha, the most", || webp(5_200, 5_000)),
        ("WebP 2000×13000, long screenshot", || webp(2_000, 13_000)),
    ];
    for (name, made) in cases {
        let bytes = made();
        let path = folder.join("picture");
        fs::write(&path, &bytes).unwrap();
        let child = Command::new(&args[0]).arg("--one").arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        println!("{name} ({} KB): {}", bytes.len() / 1024, said.trim());
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    }
    fs::remove_dir_all(&folder).unwrap();
}
