//! PNG in and out: screenshots keep their sharp letters. Decoded row by row; an interlaced one must
//! be held whole and may have fewer pixels.

use std::io::Cursor;

use domain::evidence::{Held, Orientation, Unfit, check_pixels, exif_orientation, stored_size};
use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Transformations};

use super::{
    Shrink,
    plain::{self, Format, Rgb, side},
};

/// Decodes and shrinks.
///
/// # Errors
/// Damaged, moving, or too many pixels.
pub fn read(bytes: &[u8]) -> Result<(Rgb, Orientation), Unfit> {
    let damaged = |_| Unfit::Damaged;
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    // The head alone, before anything is set aside for the pixels.
    let header = decoder.read_header_info().map_err(damaged)?;
    let (width, height, interlaced) = (header.width, header.height, header.interlaced);
    check_pixels(width, height, if interlaced { Held::Whole } else { Held::Rows })?;
    let mut reader = decoder.read_info().map_err(damaged)?;
    if reader.info().is_animated() {
        return Err(Unfit::Moving);
    }
    let orientation = reader.info().exif_metadata.as_deref().map_or(Orientation::UPRIGHT, exif_orientation);
    let format = match reader.output_color_type() {
        (ColorType::Grayscale, BitDepth::Eight) => Format::Grey,
        (ColorType::GrayscaleAlpha, BitDepth::Eight) => Format::GreyAlpha,
        (ColorType::Rgb, BitDepth::Eight) => Format::Rgb,
        (ColorType::Rgba, BitDepth::Eight) => Format::Rgba,
        _ => return Err(Unfit::Damaged),
    };
    let mut shrink = Shrink::new((width, height), stored_size(width, height));
    let mut line = Vec::with_capacity(side(width)? * 3);
    let mut add = |row: &[u8]| {
        line.clear();
        plain::row(format, row, &mut line);
        shrink.row(&line);
    };
    if interlaced {
        let mut pixels = vec![0; reader.output_buffer_size().ok_or(Unfit::Damaged)?];
        reader.next_frame(&mut pixels).map_err(damaged)?;
        pixels.chunks_exact(side(width)? * format.bytes()).for_each(&mut add);
    } else {
        let mut rows = 0;
        while let Some(row) = reader.next_row().map_err(damaged)? {
            add(row.data());
            rows += 1;
        }
        if rows != height {
            return Err(Unfit::Damaged);
        }
    }
    Ok((shrink.finish(), orientation))
}

/// Encodes; there is nothing in the file but the picture.
///
/// # Errors
/// The picture is not whole.
pub fn write(image: &Rgb) -> Result<Vec<u8>, Unfit> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, image.width, image.height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    let mut writer = encoder.write_header().map_err(|_| Unfit::Damaged)?;
    writer.write_image_data(&image.pixels).map_err(|_| Unfit::Damaged)?;
    writer.finish().map_err(|_| Unfit::Damaged)?;
    Ok(out)
}
