//! 佐证材料: time and memory of taking in a photo of 48 megapixels, a progressive one and a long
//! screenshot. Each runs in a process of its own, so that the peak is that of one picture.

#![expect(clippy::unwrap_used, reason = "a bench that cannot go on has failed")]

use std::{fs, process::Command, time::Instant};

use domain::evidence::Sent;
use jpeg_encoder::{Encoder, ImageBuffer, JpegColorType, rgb_to_ycbcr};
use server::evidence::picture;

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

fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().to_owned()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if let Some(at) = args.iter().position(|a| a == "--one") {
        let bytes = fs::read(&args[at + 1]).unwrap();
        let (before, start) = (peak(), Instant::now());
        let made = picture::remade(Sent::Jpeg, bytes).unwrap();
        let ms = start.elapsed().as_millis();
        println!("{ms} ms, peak {} KB of which {before} KB before, stored {} KB", peak(), made.bytes.len() / 1024);
        return;
    }
    let folder = std::env::temp_dir().join(format!("wuze-evidence-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for (name, width, height, progressive) in [
        ("48 MP", 8_064, 6_048, false),
        ("24 MP progressive", 5_656, 4_242, true),
        ("long screenshot", 1_080, 20_000, false),
        ("worst scale", 5_100, 3_825, false),
    ] {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, 88);
        encoder.set_progressive(progressive);
        encoder.encode_image(Drawn { width, height }).unwrap();
        let path = folder.join("photo.jpg");
        fs::write(&path, &out).unwrap();
        let child = Command::new(&args[0]).arg("--one").arg(&path).output().unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        println!("{name} ({width}×{height}, {} KB): {}", out.len() / 1024, said.trim());
        assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    }
    fs::remove_dir_all(&folder).unwrap();
}
