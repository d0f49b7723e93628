//! Pixels: red, green, blue, one byte each, row by row. Nothing is transparent: what was stands on white.

use super::super::Unfit;

/// A decoded picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rgb {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width × height × 3` bytes.
    pub pixels: Vec<u8>,
}

/// How a decoder gives its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One byte of grey.
    Grey,
    /// Two bytes of grey, the high one first as the machine has it.
    DeepGrey,
    /// Grey and how opaque.
    GreyAlpha,
    /// Red, green, blue.
    Rgb,
    /// And how opaque.
    Rgba,
    /// Four inks, as JPEG writes them: 255 is none.
    Inks,
}

impl Format {
    /// Bytes of a pixel.
    pub fn bytes(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::DeepGrey | Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba | Self::Inks => 4,
        }
    }
}

/// Appends a row of `from` as RGB to `to`.
pub fn row(format: Format, from: &[u8], to: &mut Vec<u8>) {
    match format {
        Format::Rgb => to.extend_from_slice(from),
        Format::Grey => to.extend(from.iter().flat_map(|g| [*g; 3])),
        Format::DeepGrey => {
            for pair in from.as_chunks::<2>().0 {
                to.extend([u8::try_from(u16::from_ne_bytes(*pair) >> 8).unwrap_or(u8::MAX); 3]);
            }
        }
        Format::GreyAlpha => {
            for [grey, alpha] in from.as_chunks::<2>().0 {
                to.extend([over(*grey, *alpha); 3]);
            }
        }
        Format::Rgba => {
            for [r, g, b, alpha] in from.as_chunks::<4>().0 {
                to.extend([over(*r, *alpha), over(*g, *alpha), over(*b, *alpha)]);
            }
        }
        Format::Inks => {
            for [c, m, y, k] in from.as_chunks::<4>().0 {
                to.extend([mul(*c, *k), mul(*m, *k), mul(*y, *k)]);
            }
        }
    }
}

/// `value` on white paper.
fn over(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    u8::try_from((value * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}

fn mul(a: u8, b: u8) -> u8 {
    u8::try_from((u32::from(a) * u32::from(b) + 127) / 255).unwrap_or(u8::MAX)
}

/// A side of a picture as a length in memory.
///
/// # Errors
/// More than a machine can count.
pub fn side(pixels: u32) -> Result<usize, Unfit> {
    usize::try_from(pixels).map_err(|_| Unfit::Damaged)
}
