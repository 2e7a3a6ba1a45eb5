//! Functions that are kept alive and never called.
//!
//! leptos's type-erased view holds, beside the function that takes a view over from the server's page, the one that does
//! so asynchronously. Only `hydrate_lazy` calls that; Fairlead loads the code that a page needs first and then hydrates
//! at once. A quarter of the code would be what these functions alone call. leptos 0.9 leaves them out.

use std::collections::HashSet;
use std::ops::Range;

use wasm_encoder::{Module, RawSection};
use wasmparser::{BinaryReader, KnownCustom, Name, Parser, Payload, RelocSectionReader, TypeRef};

use crate::failure::{Context, Failure, Result};

/// Part of the symbol of each. No more than the entry points: the optimiser merges functions of the same code, so that one
/// beneath them may serve others as well; an entry point names the future that only it begins.
const DEAD: &str = "8into_any13hydrate_async17h";

const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;
const END: u8 = 0x0b;

/// Lets these functions trap, so that all beneath them can be dropped. Every byte keeps its place; the relocations, by
/// which the splitter sees what a function needs, are taken out where they lay in such a function.
pub fn empty(wasm: &[u8]) -> Result<Vec<u8>> {
    let found = Found::read(wasm).context("the compiled WASM")?;
    let mut wasm = wasm.to_owned();
    for body in &found.bodies {
        let body = &mut wasm[body.clone()];
        body.fill(NOP);
        if let [locals, first, .., last] = body {
            *locals = 0;
            *first = UNREACHABLE;
            *last = END;
        }
    }
    let mut module = Module::new();
    for section in &found.sections {
        let kept;
        let data = if section.range == found.relocations {
            kept = found.kept_relocations(&wasm).context("the relocations")?;
            &kept
        } else {
            &wasm[section.range.clone()]
        };
        module.section(&RawSection { id: section.id, data });
    }
    Ok(module.finish())
}

struct Section {
    id: u8,
    range: Range<usize>,
}

#[derive(Default)]
struct Found {
    sections: Vec<Section>,
    /// Where the section of code begins; relocations count from there.
    code: usize,
    /// The section `reloc.CODE`, with its name.
    relocations: Range<usize>,
    /// The dead functions' bodies.
    bodies: Vec<Range<usize>>,
}

impl Found {
    fn read(wasm: &[u8]) -> Result<Self> {
        let mut found = Self::default();
        let mut imported = 0;
        let mut bodies = Vec::new();
        let mut dead = HashSet::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let payload = payload.context("not WASM")?;
            if let Some((id, range)) = payload.as_section() {
                found.sections.push(Section { id, range: usized(range)? });
            }
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if matches!(import.context("an import")?.ty, TypeRef::Func(_)) {
                            imported += 1;
                        }
                    }
                }
                Payload::CodeSectionStart { range, .. } => found.code = usized(range)?.start,
                Payload::CodeSectionEntry(body) => bodies.push(usized(body.range())?),
                Payload::CustomSection(custom) if custom.name() == "reloc.CODE" => {
                    found.relocations = usized(custom.range())?;
                }
                Payload::CustomSection(custom) => {
                    if let KnownCustom::Name(names) = custom.as_known() {
                        for part in names {
                            let Name::Function(names) = part.context("names")? else { continue };
                            for naming in names {
                                let naming = naming.context("a name")?;
                                if naming.name.contains(DEAD) {
                                    dead.insert(naming.index as usize);
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        let numbered = bodies.into_iter().enumerate();
        found.bodies = numbered.filter(|(at, _)| dead.contains(&(at + imported))).map(|(_, body)| body).collect();
        Ok(found)
    }

    /// The section of relocations without those that lie in dead functions.
    fn kept_relocations(&self, wasm: &[u8]) -> Result<Vec<u8>> {
        let section = &wasm[self.relocations.clone()];
        let mut reader = BinaryReader::new(section, 0);
        reader.read_string().context("the section's name")?;
        let body = reader.original_position();
        let body = usize::try_from(body).context("the section's name")?;
        let relocations = RelocSectionReader::new(reader).context("their head")?;
        let of_section = relocations.section_index();
        let mut starts = Vec::new();
        let mut kept = Vec::new();
        for entry in relocations.entries().into_iter_with_offsets() {
            let (at, entry) = entry.context("an entry")?;
            starts.push(usize::try_from(at).context("an entry")?);
            let place = self.code + entry.offset as usize;
            // The bodies stand in the order of their places.
            let next = self.bodies.partition_point(|body| body.end <= place);
            kept.push(self.bodies.get(next).is_none_or(|body| place < body.start));
        }
        starts.push(section.len());
        let mut out = section[..body].to_owned();
        leb128(&mut out, of_section);
        leb128(&mut out, u32::try_from(kept.iter().filter(|kept| **kept).count()).context("too many")?);
        for (entry, _) in starts.windows(2).zip(&kept).filter(|(_, kept)| **kept) {
            out.extend_from_slice(&section[entry[0]..entry[1]]);
        }
        Ok(out)
    }
}

fn usized<T: TryInto<usize>>(range: Range<T>) -> Result<Range<usize>> {
    let too_large = |_| Failure::new("a section is too large for this machine");
    Ok(range.start.try_into().map_err(too_large)?..range.end.try_into().map_err(too_large)?)
}

/// An unsigned number in WASM's variable length.
fn leb128(out: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "the lowest seven bits")]
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below 128")]
    out.push(number as u8);
}
