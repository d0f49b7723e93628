//! Sizes of pictures and which way is up. Pure arithmetic; decoding is the server's.

use super::Unfit;

/// Longest side of a stored photo, in pixels.
const LONG_SIDE: u32 = 2_560;
/// A picture longer than this many times its width is a long screenshot: shrunk to
/// [`LONG_SIDE`] nobody could read it.
const LONG_SHOT: f64 = 2.4;
/// Width that a long screenshot keeps, in pixels: that of a phone.
const SHOT_WIDTH: u32 = 1_080;
/// Most pixels of a stored picture.
const STORED_PIXELS: u64 = 14_000_000;
/// Longest side of a thumbnail, in pixels.
pub const THUMB_SIDE: u32 = 320;
/// Longest side that is read, in pixels.
const SIDE_MAX: u32 = 30_000;
/// Most pixels read from formats that are decoded at a fraction of their size: the largest phones make
/// 200 million.
const STRIPS_MAX: u64 = 210_000_000;
/// Most pixels read from formats that are decoded row by row, every pixel of them: screenshots, and a
/// photo of 48 million. Well below a second where the server is built for use.
const ROWS_MAX: u64 = 52_000_000;
/// Most pixels read from formats that must be decoded whole (progressive, interlaced, WebP):
/// about 120 MB of memory.
const WHOLE_MAX: u64 = 26_000_000;

/// How a format is decoded, which is what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// At a fraction of its size.
    Strips,
    /// Row by row.
    Rows,
    /// As a whole, in memory.
    Whole,
}

/// May a picture of this size be decoded at all? Asked before a byte of it is.
///
/// # Errors
/// [`Unfit::Pixels`].
pub fn check_pixels(width: u32, height: u32, held: Held) -> Result<(), Unfit> {
    let pixels = u64::from(width) * u64::from(height);
    let most = match held {
        Held::Strips => STRIPS_MAX,
        Held::Rows => ROWS_MAX,
        Held::Whole => WHOLE_MAX,
    };
    if width == 0 || height == 0 {
        return Err(Unfit::Damaged);
    }
    if width > SIDE_MAX || height > SIDE_MAX || pixels > most {
        return Err(Unfit::Pixels { width, height });
    }
    Ok(())
}

fn scaled(side: u32, by: f64) -> u32 {
    let length = (f64::from(side) * by).round().clamp(1.0, f64::from(SIDE_MAX));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1..=30,000 above")]
    let pixels = length as u32;
    pixels.min(side.max(1))
}

/// The size with its longest side at most `side`; never larger than it was.
pub fn within(width: u32, height: u32, side: u32) -> (u32, u32) {
    let by = (f64::from(side) / f64::from(width.max(height).max(1))).min(1.0);
    (scaled(width, by), scaled(height, by))
}

/// The size in which a picture is stored.
pub fn stored_size(width: u32, height: u32) -> (u32, u32) {
    let (long, short) = (f64::from(width.max(height)), f64::from(width.min(height).max(1)));
    if long / short <= LONG_SHOT {
        return within(width, height, LONG_SIDE);
    }
    let pixels = f64::from(width) * f64::from(height);
    #[expect(clippy::cast_precision_loss, reason = "14 million is exact")]
    let fits = (STORED_PIXELS as f64 / pixels).sqrt();
    let by = (f64::from(SHOT_WIDTH) / short).max(f64::from(LONG_SIDE) / long).min(fits).min(1.0);
    (scaled(width, by), scaled(height, by))
}

/// Which way the camera was held (EXIF 0x0112).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Orientation {
    /// Turned by this many quarters, clockwise, after mirroring.
    pub quarters: u8,
    /// Mirrored left to right, before turning.
    pub mirrored: bool,
}

impl Orientation {
    /// As it is.
    pub const UPRIGHT: Self = Self { quarters: 0, mirrored: false };

    /// The orientation of an EXIF value; upright for values that do not exist.
    pub fn from_exif(value: u16) -> Self {
        let of = |quarters, mirrored| Self { quarters, mirrored };
        match value {
            2 => of(0, true),
            3 => of(2, false),
            4 => of(2, true),
            5 => of(3, true),
            6 => of(1, false),
            7 => of(1, true),
            8 => of(3, false),
            _ => Self::UPRIGHT,
        }
    }
}

/// The orientation in a block of EXIF that begins with its TIFF header. A broken block is upright:
/// it is thrown away all the same.
pub fn exif_orientation(tiff: &[u8]) -> Orientation {
    read_orientation(tiff).map_or(Orientation::UPRIGHT, Orientation::from_exif)
}

fn read_orientation(tiff: &[u8]) -> Option<u16> {
    let tiff = tiff.strip_prefix(b"Exif\0\0").unwrap_or(tiff);
    let little = match tiff.get(..2)? {
        b"II" => true,
        b"MM" => false,
        _ => return None,
    };
    let short = |at: usize| {
        let bytes = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    };
    let start = usize::try_from(long(4)?).ok()?.min(tiff.len());
    for entry in 0..usize::from(short(start)?) {
        let at = start + 2 + entry * 12;
        if short(at)? == 0x0112 {
            return short(at + 8);
        }
    }
    None
}
