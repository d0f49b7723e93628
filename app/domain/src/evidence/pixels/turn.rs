//! Turns a picture the way up that its camera noted, because the note itself is thrown away.

use super::{super::Orientation, plain::Rgb};

/// The picture upright.
pub fn turned(image: &Rgb, orientation: Orientation) -> Rgb {
    let sides = (usize::try_from(image.width).unwrap_or(0), usize::try_from(image.height).unwrap_or(0));
    let swapped = orientation.quarters % 2 == 1;
    let (width, height) = if swapped { (sides.1, sides.0) } else { sides };
    let mut pixels = Vec::with_capacity(image.pixels.len());
    for y in 0..height {
        for x in 0..width {
            // Where this pixel comes from: a turn back, then the mirror.
            let (from_x, from_y) = match orientation.quarters % 4 {
                0 => (x, y),
                1 => (y, sides.1 - 1 - x),
                2 => (sides.0 - 1 - x, sides.1 - 1 - y),
                _ => (sides.0 - 1 - y, x),
            };
            let from_x = if orientation.mirrored { sides.0 - 1 - from_x } else { from_x };
            let at = (from_y * sides.0 + from_x) * 3;
            pixels.extend_from_slice(image.pixels.get(at..at + 3).unwrap_or(&[u8::MAX; 3]));
        }
    }
    let (width, height) = if swapped { (image.height, image.width) } else { (image.width, image.height) };
    Rgb { width, height, pixels }
}
