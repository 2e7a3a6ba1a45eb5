//! Which characters the bytes of a file stand for.

use std::fmt;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::DecoderResult;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Extent;

/// How many bytes the statistical guess looks at, from the first one beyond ASCII on.
const STATISTICS_BYTES: usize = 256 * 1024;

/// A character encoding by its name in the WHATWG Encoding Standard.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    pub const UTF_8: Self = Self(encoding_rs::UTF_8);
    pub const UTF_16LE: Self = Self(encoding_rs::UTF_16LE);
    pub const UTF_16BE: Self = Self(encoding_rs::UTF_16BE);
    pub const GB18030: Self = Self(encoding_rs::GB18030);
    pub const WINDOWS_1252: Self = Self(encoding_rs::WINDOWS_1252);

    /// What a person can choose from when the guess was wrong, the likeliest first. Guesses may be others as well.
    pub const CHOICES: [Self; 16] = [
        Self::UTF_8,
        Self::GB18030,
        Self::UTF_16LE,
        Self::UTF_16BE,
        Self::WINDOWS_1252,
        Self(encoding_rs::BIG5),
        Self(encoding_rs::SHIFT_JIS),
        Self(encoding_rs::EUC_JP),
        Self(encoding_rs::EUC_KR),
        Self(encoding_rs::WINDOWS_1250),
        Self(encoding_rs::WINDOWS_1251),
        Self(encoding_rs::KOI8_U),
        Self(encoding_rs::ISO_8859_7),
        Self(encoding_rs::WINDOWS_1254),
        Self(encoding_rs::WINDOWS_1255),
        Self(encoding_rs::WINDOWS_1256),
    ];

    /// The encoding of a label such as `utf-8`, `gbk` or `latin1`; none for an unknown label.
    pub fn from_label(label: &str) -> Option<Self> {
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Self::widened)
    }

    /// The standard's name, such as `UTF-8` or `gb18030`.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// Guesses a file's encoding: byte order mark, UTF-16 without one, valid UTF-8, and else by statistics, where
    /// short Chinese text is preferred over what else its bytes could be.
    pub fn detect(bytes: &[u8], extent: Extent) -> Self {
        if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
            return Self(encoding);
        }
        if let Some(encoding) = utf_16_without_mark(bytes) {
            return encoding;
        }
        if is_utf_8(bytes, extent) {
            return Self::UTF_8;
        }
        by_statistics(bytes)
    }

    /// EUC-JP and EUC-KR, whose bytes are also those of GB2312.
    fn is_extended_unix(self) -> bool {
        [encoding_rs::EUC_JP, encoding_rs::EUC_KR].contains(&self.0)
    }

    /// GB18030 contains GBK, and files called GBK do hold characters that only GB18030 has.
    fn widened(encoding: &'static encoding_rs::Encoding) -> Self {
        if encoding == encoding_rs::GBK { Self::GB18030 } else { Self(encoding) }
    }
}

impl fmt::Debug for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let label = String::deserialize(deserializer)?;
        Self::from_label(&label).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&label), &"an encoding"))
    }
}

/// UTF-16 shows itself by line ends, separators and quotes whose other half is zero. Looking at those rather than at
/// all zero bytes keeps a stray NUL in an ASCII file from passing for UTF-16, and works for text without any letter
/// of ASCII.
fn utf_16_without_mark(bytes: &[u8]) -> Option<Encoding> {
    let mut punctuation = [0usize; 2];
    let mut zeros = [0usize; 2];
    let mut lone = 0usize;
    let units = bytes.chunks_exact(2).take(STATISTICS_BYTES / 2);
    let total = units.len();
    for unit in units {
        let is_mark = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t' | b',' | b';' | b'"');
        match (unit[0], unit[1]) {
            (mark, 0) if is_mark(mark) => punctuation[0] += 1,
            (0, mark) if is_mark(mark) => punctuation[1] += 1,
            (a, b) if a.is_ascii() && b.is_ascii() && (is_mark(a) || is_mark(b)) => lone += 1,
            _ => {}
        }
        zeros[0] += usize::from(unit[1] == 0);
        zeros[1] += usize::from(unit[0] == 0);
    }
    for (order, encoding) in [Encoding::UTF_16LE, Encoding::UTF_16BE].into_iter().enumerate() {
        if punctuation[order] > lone && zeros[order] * 50 >= total && zeros[order] > 10 * zeros[1 - order] {
            return Some(encoding);
        }
    }
    None
}

fn is_utf_8(bytes: &[u8], extent: Extent) -> bool {
    match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // Cut in the midst of a character.
        Err(error) => extent == Extent::Prefix && error.error_len().is_none(),
    }
}

fn by_statistics(bytes: &[u8]) -> Encoding {
    let first = bytes.iter().position(|byte| !byte.is_ascii()).unwrap_or(0);
    // The two bytes before count for the statistics.
    let start = first.saturating_sub(2);
    let window = &bytes[start..bytes.len().min(start + STATISTICS_BYTES)];

    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(window, true);
    let guess = detector.guess(None, Utf8Detection::Deny);

    // A few names in GB2312 are too little for statistics, which then may see Korean, Greek or else.
    let hanzi = common_hanzi(window);
    if hanzi.is_some_and(|count| count <= 64 || guess.is_single_byte()) {
        return Encoding::GB18030;
    }
    let guess = Encoding::widened(guess);
    if guess.is_extended_unix() && reads_as_chinese(window, guess) { Encoding::GB18030 } else { guess }
}

/// Whether the bytes are sound in GB18030, and in another encoding of East Asia sound as well, but without any letter that
/// only the language of that encoding has.
fn reads_as_chinese(bytes: &[u8], other: Encoding) -> bool {
    let read = |encoding: Encoding| {
        let (mut decoder, mut text) = (Decoder::new(encoding), String::new());
        decoder.decode(bytes, false, &mut text);
        (decoder.malformed() == 0).then_some(text)
    };
    let is_native = |c: char| matches!(c, '\u{3041}'..='\u{30FF}' | '\u{FF66}'..='\u{FF9F}' | '\u{AC00}'..='\u{D7A3}');
    read(Encoding::GB18030).is_some() && read(other).is_some_and(|text| !text.contains(is_native))
}

/// The number of characters beyond ASCII, if the bytes read as GBK and most are of GB2312's first level, its 3,755
/// most used characters. Kana and accented Latin letters do not pass.
fn common_hanzi(bytes: &[u8]) -> Option<usize> {
    let (mut pairs, mut common) = (0usize, 0usize);
    let mut rest = bytes;
    loop {
        match *rest {
            [] | [0x81..=0xFE] => break,
            [byte, ..] if byte.is_ascii() => rest = &rest[1..],
            [0xA4 | 0xA5, 0xA1..=0xFE, ..] => return None,
            // The letters of pinyin, as in a name in a passport, say nothing against Chinese.
            [0xA8, 0xA1..=0xC0, ..] => rest = &rest[2..],
            [lead @ 0x81..=0xFE, trail @ (0x40..=0x7E | 0x80..=0xFE), ..] => {
                pairs += 1;
                let first_level = matches!(lead, 0xB0..=0xD7) && trail >= 0xA1;
                let punctuation = matches!(lead, 0xA1..=0xA3) && trail >= 0xA1;
                common += usize::from(first_level || punctuation);
                rest = &rest[2..];
            }
            _ => return None,
        }
    }
    (pairs > 0 && common * 10 >= pairs * 7).then_some(pairs)
}

/// Decodes a file chunk by chunk into UTF-8, without its byte order mark.
///
/// Malformed sequences become U+FFFD and are counted; U+0000, which no text field can hold, is left out and counted.
pub struct Decoder {
    inner: encoding_rs::Decoder,
    malformed: u64,
    nuls: u64,
}

impl Decoder {
    pub fn new(encoding: Encoding) -> Self {
        Self { inner: encoding.0.new_decoder_with_bom_removal(), malformed: 0, nuls: 0 }
    }

    /// Appends the text of one chunk to `text`. A character cut at a chunk's end comes with the next; `last` says that
    /// there is none.
    pub fn decode(&mut self, mut chunk: &[u8], last: bool, text: &mut String) {
        let start = text.len();
        loop {
            let room = self.inner.max_utf8_buffer_length_without_replacement(chunk.len()).unwrap_or(chunk.len());
            text.reserve(room);
            let (result, read) = self.inner.decode_to_string_without_replacement(chunk, text, last);
            chunk = &chunk[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => {
                    self.malformed += 1;
                    text.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
        if text[start..].contains('\0') {
            let with_nuls = text.split_off(start);
            let before = text.len() + with_nuls.len();
            text.extend(with_nuls.chars().filter(|&c| c != '\0'));
            self.nuls += (before - text.len()) as u64;
        }
    }

    /// Malformed sequences so far; many say that the encoding was guessed wrong.
    pub fn malformed(&self) -> u64 {
        self.malformed
    }

    /// Characters U+0000 left out so far.
    pub fn nuls(&self) -> u64 {
        self.nuls
    }
}

/// The bytes of a text in an encoding; for tests that need files in it.
#[cfg(test)]
pub(super) fn encode(text: &str, encoding: Encoding) -> Vec<u8> {
    // The standard's encoders write UTF-8 where it names UTF-16.
    if encoding == Encoding::UTF_16LE {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    } else if encoding == Encoding::UTF_16BE {
        text.encode_utf16().flat_map(u16::to_be_bytes).collect()
    } else {
        encoding.0.encode(text).0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, label: &str) {
        let encoding = Encoding::from_label(label).unwrap();
        let bytes = encode(text, encoding);
        assert_eq!(Encoding::detect(&bytes, Extent::Whole), encoding, "{text:?}");
        // Every way to cut the bytes gives the same text.
        for size in [1, 2, 3, 7, bytes.len().max(1)] {
            let mut decoder = Decoder::new(encoding);
            let mut read = String::new();
            for chunk in bytes.chunks(size) {
                decoder.decode(chunk, false, &mut read);
            }
            decoder.decode(&[], true, &mut read);
            assert_eq!(read, text);
            assert_eq!(decoder.malformed(), 0);
        }
    }

    #[test]
    fn encodings_are_recognised() {
        check("", "utf-8");
        check("name,city\nAnna,Berlin\n", "utf-8");
        check("客户,金额\n忠县,12\n", "utf-8");
        check("客户名称,金额\n忠县,12\n", "gbk");
        check("姓名\n张三", "gb18030");
        check("名称,备注\n北京,朱镕基与㐂𠮷\n", "gb18030");
        check("name\n吕ü", "gb18030");
        check("name\n骞瑜品合ü李门", "gb18030");
        check("名前,都市\nたなかさん,とうきょう\nカタカナ,おおさか\n", "euc-jp");
        check("客户名称\t金额\r\n上海虹口区\t12\r\n", "utf-16le");
        check("客户名称,金额\n上海虹口区,12\n", "utf-16be");
        check("name,city\nAnna,Berlin\n", "utf-16le");
        check("id,name\n1,english\n2,©", "latin1");
        check("Année;Quartier\n2013;Été\n", "latin1");
        check("name\ncafé", "latin1");
        check("Όνομα,Πόλη\nΓιώργος Παπαδόπουλος,Θεσσαλονίκη\nΆννα,Αθήνα\n", "iso-8859-7");
        check("Имя,Город\nИван Петров,Москва\nМария,Санкт-Петербург\n", "windows-1251");
        check("名前,都市\nたなかさん,とうきょう\nカタカナ,おおさか\n", "shift_jis");
    }

    #[test]
    fn a_prefix_may_end_within_a_character() {
        let bytes = "名称".as_bytes();
        assert_eq!(Encoding::detect(&bytes[..5], Extent::Prefix), Encoding::UTF_8);
        assert_ne!(Encoding::detect(&bytes[..5], Extent::Whole), Encoding::UTF_8);
    }

    #[test]
    fn marks_are_removed_and_nuls_and_damage_counted() {
        for (bytes, text, malformed, nuls) in [
            (&b"\xEF\xBB\xBFa"[..], "a", 0, 0),
            (b"\xFF\xFEa\0", "a", 0, 0),
            (b"\xFE\xFF\0a", "a", 0, 0),
            (b"a,b\n\0,2\0\n", "a,b\n,2\n", 0, 2),
        ] {
            let mut decoder = Decoder::new(Encoding::detect(bytes, Extent::Whole));
            let mut read = String::new();
            decoder.decode(bytes, true, &mut read);
            assert_eq!((&*read, decoder.malformed(), decoder.nuls()), (text, malformed, nuls));
        }
        let mut decoder = Decoder::new(Encoding::UTF_8);
        let mut read = String::new();
        decoder.decode(b"a\xFFb\xE4", true, &mut read);
        assert_eq!((&*read, decoder.malformed()), ("a\u{FFFD}b\u{FFFD}", 2));
    }

    proptest! {
        #[test]
        fn any_bytes_decode_without_harm(bytes: Vec<u8>) {
            let mut decoder = Decoder::new(Encoding::detect(&bytes, Extent::Whole));
            let mut text = String::new();
            decoder.decode(&bytes, true, &mut text);
            prop_assert!(!text.contains('\0'));
        }
    }
}
