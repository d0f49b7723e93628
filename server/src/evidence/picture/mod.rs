//! Pictures, decoded and encoded anew: smaller, upright, without a word of what the camera noted
//! (place, time, owner), and without anything that hid behind the picture. Memory is bounded by
//! asking for the size before decoding and by shrinking strip by strip.

mod jpeg;
mod png;
mod webp;

use domain::evidence::{
    Kind, Orientation, Sent, THUMB_SIDE, Unfit,
    pixels::{plain, shrink, turn},
    within,
};

pub use plain::Rgb;
use shrink::Shrink;

/// Quality of stored photos and of thumbnails, of 100.
const QUALITY: u8 = 85;
const THUMB_QUALITY: u8 = 75;
/// A screenshot whose PNG is larger than this is stored as JPEG, in bytes.
const PNG_MAX: usize = 3 * 1024 * 1024;

/// A picture as it is stored.
pub struct Picture {
    /// JPEG or PNG.
    pub kind: Kind,
    /// The file.
    pub bytes: Vec<u8>,
    /// Its thumbnail, a JPEG.
    pub thumb: Vec<u8>,
}

/// Makes the stored picture of what was `sent`.
///
/// # Errors
/// Damaged, moving, or with too many pixels.
pub fn remade(sent: Sent, bytes: Vec<u8>) -> Result<Picture, Unfit> {
    let (image, orientation) = match sent {
        Sent::Jpeg => jpeg::read(&bytes)?,
        Sent::Png => png::read(&bytes)?,
        Sent::Webp => webp::read(&bytes)?,
        Sent::Pdf | Sent::Package => return Err(Unfit::Unknown),
    };
    drop(bytes);
    let image = if orientation == Orientation::UPRIGHT { image } else { turn::turned(&image, orientation) };
    let (width, height) = within(image.width, image.height, THUMB_SIDE);
    let thumb = jpeg::write(&shrink::whole(&image, width, height), THUMB_QUALITY)?;
    if sent == Sent::Png {
        let bytes = png::write(&image)?;
        if bytes.len() <= PNG_MAX {
            return Ok(Picture { kind: Kind::Png, bytes, thumb });
        }
    }
    Ok(Picture { kind: Kind::Jpeg, bytes: jpeg::write(&image, QUALITY)?, thumb })
}

#[cfg(test)]
mod tests;
