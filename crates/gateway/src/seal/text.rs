//! Bytes as text of `[A-Za-z0-9_]`: six bits a character, and the two values without a character of
//! their own as `_0` and `_1`.
//!
//! Every byte string has exactly one text: what [`encode`] would not write, [`decode`] refuses.

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ESCAPE: u8 = b'_';

pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 3 / 2);
    let (mut held, mut bits) = (0u32, 0);
    for &byte in bytes {
        held = held << 8 | u32::from(byte);
        bits += 8;
        while bits >= 6 {
            bits -= 6;
            push(&mut text, held >> bits & 63);
        }
    }
    if bits > 0 {
        push(&mut text, held << (6 - bits) & 63);
    }
    text
}

pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0u32, 0);
    let mut characters = text.bytes();
    while let Some(character) = characters.next() {
        held = held << 6 | value(character, &mut characters)?;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 255) as u8);
        }
    }
    let padding = held & ((1 << bits) - 1);
    (bits < 6 && padding == 0).then_some(bytes)
}

fn push(text: &mut String, value: u32) {
    match LETTERS.get(value as usize) {
        Some(&letter) => text.push(char::from(letter)),
        None => text.push_str(if value == 62 { "_0" } else { "_1" }),
    }
}

fn value(character: u8, rest: &mut impl Iterator<Item = u8>) -> Option<u32> {
    Some(match character {
        b'A'..=b'Z' => u32::from(character - b'A'),
        b'a'..=b'z' => u32::from(character - b'a') + 26,
        b'0'..=b'9' => u32::from(character - b'0') + 52,
        ESCAPE => match rest.next()? {
            b'0' => 62,
            b'1' => 63,
            _ => return None,
        },
        _ => return None,
    })
}
