//! Shrinks row by row: every new pixel is the mean of the area it covers, in whole numbers. Holds one
//! row of the old picture and the new one, however large the old one is. Never enlarges.

use super::plain::Rgb;

/// A picture on its way to a smaller size.
pub struct Shrink {
    from: (u32, u32),
    to: (u32, u32),
    /// A row of the old picture, narrowed: sums of value × width.
    narrow: Vec<u32>,
    /// The new row so far: sums of value × area.
    sums: Vec<u64>,
    /// What the new row still needs, in units of `1 / (from.1 × to.1)` of the height.
    missing: u32,
    out: Vec<u8>,
}

impl Shrink {
    /// From one size to another; both sides of `to` at most those of `from`.
    pub fn new(from: (u32, u32), to: (u32, u32)) -> Self {
        let to = (to.0.clamp(1, from.0.max(1)), to.1.clamp(1, from.1.max(1)));
        let width = usize::try_from(to.0).unwrap_or(0) * 3;
        let size = width * usize::try_from(to.1).unwrap_or(0);
        Self { from, to, narrow: vec![0; width], sums: vec![0; width], missing: from.1, out: Vec::with_capacity(size) }
    }

    /// The next row of the old picture; shorter ones are darker at the end.
    pub fn row(&mut self, rgb: &[u8]) {
        if self.from == self.to {
            self.out.extend_from_slice(rgb);
            return;
        }
        self.narrowed(rgb);
        // Each old row covers `to.1` of a new row's `from.1`: it reaches into two at most.
        let first = self.to.1.min(self.missing);
        self.add(first);
        self.missing -= first;
        if self.missing == 0 {
            self.flush();
            self.missing = self.from.1;
            let rest = self.to.1 - first;
            if rest > 0 {
                self.add(rest);
                self.missing -= rest;
            }
        }
    }

    fn narrowed(&mut self, rgb: &[u8]) {
        let (from, step) = (self.from.0, self.to.0);
        self.narrow.fill(0);
        let mut cells = self.narrow.as_chunks_mut::<3>().0.iter_mut();
        let mut cell = cells.next();
        let mut missing = from;
        for pixel in rgb.as_chunks::<3>().0 {
            let first = step.min(missing);
            if let Some(cell) = &mut cell {
                put(cell, *pixel, first);
            }
            missing -= first;
            if missing == 0 {
                cell = cells.next();
                missing = from;
                if let Some(cell) = &mut cell {
                    put(cell, *pixel, step - first);
                }
                missing -= step - first;
            }
        }
    }

    fn add(&mut self, weight: u32) {
        for (sum, value) in self.sums.iter_mut().zip(&self.narrow) {
            *sum += u64::from(*value) * u64::from(weight);
        }
    }

    fn flush(&mut self) {
        let area = u64::from(self.from.0) * u64::from(self.from.1);
        for sum in &mut self.sums {
            self.out.push(u8::try_from((*sum + area / 2) / area.max(1)).unwrap_or(u8::MAX));
            *sum = 0;
        }
    }

    /// The new picture; rows that never came are white.
    pub fn finish(mut self) -> Rgb {
        let size = self.sums.len() * usize::try_from(self.to.1).unwrap_or(0);
        self.out.resize(size, u8::MAX);
        Rgb { width: self.to.0, height: self.to.1, pixels: self.out }
    }
}

fn put(cell: &mut [u32; 3], pixel: [u8; 3], weight: u32) {
    for (sum, value) in cell.iter_mut().zip(pixel) {
        *sum += u32::from(value) * weight;
    }
}

/// Shrinks a picture that is in memory.
pub fn whole(image: &Rgb, width: u32, height: u32) -> Rgb {
    let mut shrink = Shrink::new((image.width, image.height), (width, height));
    for row in image.pixels.chunks_exact(usize::try_from(image.width).unwrap_or(1).max(1) * 3) {
        shrink.row(row);
    }
    shrink.finish()
}
