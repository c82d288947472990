//! Custom sections, of which some are no longer valid after code has moved.

/// Returns whether a custom section is still valid after code has moved. Sections with code offsets are not, nor those
/// for linkers.
pub fn survives(section: &wasmparser::CustomSectionReader<'_>) -> bool {
    let bound = ["reloc.", "metadata.code.", "linking", "dylink", "sourceMappingURL", "external_debug_info"];
    !bound.iter().any(|prefix| section.name().starts_with(prefix))
}

/// Describes the loss of a custom section that does not survive, if it may be missed.
pub fn loss(section: &str) -> Option<String> {
    ["external_debug_info", "sourceMappingURL"].contains(&section).then(|| {
        format!("the reference to its debugging information in `{section}` is left out, because code has moved")
    })
}
