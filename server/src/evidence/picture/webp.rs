//! WebP in; stored as JPEG, which every computer opens. It must be decoded whole.

use std::io::Cursor;

use domain::evidence::{Held, Orientation, Unfit, check_pixels, exif_orientation, stored_size};
use image_webp::WebPDecoder;

use super::{
    Shrink,
    plain::{self, Format, Rgb, side},
};

/// Most bytes that the decoder may set aside for chunks.
const CHUNKS_MAX: usize = 32 * 1024 * 1024;

/// Decodes and shrinks.
///
/// # Errors
/// Damaged, moving, or too many pixels.
pub fn read(bytes: &[u8]) -> Result<(Rgb, Orientation), Unfit> {
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|_| Unfit::Damaged)?;
    decoder.set_memory_limit(CHUNKS_MAX);
    let (width, height) = decoder.dimensions();
    check_pixels(width, height, Held::Whole)?;
    if decoder.is_animated() {
        return Err(Unfit::Moving);
    }
    let format = if decoder.has_alpha() { Format::Rgba } else { Format::Rgb };
    let mut pixels = vec![0; decoder.output_buffer_size().ok_or(Unfit::Damaged)?];
    decoder.read_image(&mut pixels).map_err(|_| Unfit::Damaged)?;
    let mut shrink = Shrink::new((width, height), stored_size(width, height));
    let mut line = Vec::with_capacity(side(width)? * 3);
    for row in pixels.chunks_exact(side(width)? * format.bytes()) {
        line.clear();
        plain::row(format, row, &mut line);
        shrink.row(&line);
    }
    let exif = decoder.exif_metadata().ok().flatten();
    Ok((shrink.finish(), exif.as_deref().map_or(Orientation::UPRIGHT, exif_orientation)))
}
