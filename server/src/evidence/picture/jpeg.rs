//! JPEG in and out. A large photo is decoded at a half, a quarter or an eighth of its size, so that
//! 48 megapixels never stand in memory.

use domain::evidence::{Held, Orientation, Unfit, check_pixels, exif_orientation, stored_size};
use jpeg_decoder::{CodingProcess, Decoder, PixelFormat};
use jpeg_encoder::{ColorType, Encoder};

use super::{
    Shrink,
    plain::{self, Format, Rgb, side},
};

/// Most bytes that the decoder may set aside for pixels.
const BUFFER_MAX: usize = 192 * 1024 * 1024;

/// Decodes and shrinks.
///
/// # Errors
/// Damaged, or too many pixels.
pub fn read(bytes: &[u8]) -> Result<(Rgb, Orientation), Unfit> {
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(BUFFER_MAX);
    decoder.read_info().map_err(|_| Unfit::Damaged)?;
    let info = decoder.info().ok_or(Unfit::Damaged)?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    // A progressive picture keeps every coefficient until its last scan.
    let strips = info.coding_process == CodingProcess::DctSequential;
    check_pixels(width, height, if strips { Held::Strips } else { Held::Whole })?;
    let goal = stored_size(width, height);
    let short = |n: u32| u16::try_from(n).unwrap_or(u16::MAX);
    if info.coding_process != CodingProcess::Lossless {
        let (width, height) = decoder.scale(short(goal.0), short(goal.1)).map_err(|_| Unfit::Damaged)?;
        // A long picture is kept wide, and may still be too large for memory.
        check_pixels(u32::from(width), u32::from(height), Held::Whole)?;
    }
    let pixels = decoder.decode().map_err(|_| Unfit::Damaged)?;
    let info = decoder.info().ok_or(Unfit::Damaged)?;
    let format = match info.pixel_format {
        PixelFormat::L8 => Format::Grey,
        PixelFormat::L16 => Format::DeepGrey,
        PixelFormat::RGB24 => Format::Rgb,
        PixelFormat::CMYK32 => Format::Inks,
    };
    let from = (u32::from(info.width), u32::from(info.height));
    let mut shrink = Shrink::new(from, goal);
    let mut line = Vec::with_capacity(side(from.0)? * 3);
    for row in pixels.chunks_exact(side(from.0)? * format.bytes()) {
        line.clear();
        plain::row(format, row, &mut line);
        shrink.row(&line);
    }
    let orientation = decoder.exif_data().map_or(Orientation::UPRIGHT, exif_orientation);
    Ok((shrink.finish(), orientation))
}

/// Encodes; there is nothing in the file but the picture.
///
/// # Errors
/// More pixels than a JPEG can have.
pub fn write(image: &Rgb, quality: u8) -> Result<Vec<u8>, Unfit> {
    let pixels = |n: u32| u16::try_from(n).map_err(|_| Unfit::Pixels { width: image.width, height: image.height });
    let mut out = Vec::new();
    Encoder::new(&mut out, quality)
        .encode(&image.pixels, pixels(image.width)?, pixels(image.height)?, ColorType::Rgb)
        .map_err(|_| Unfit::Damaged)?;
    Ok(out)
}
