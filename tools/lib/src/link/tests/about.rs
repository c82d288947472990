//! The component has the name and the annotations of its module.

use super::*;
use crate::top_level::top_level_sections;
use wasmparser::{ComponentName, KnownCustom, Payload};

/// The name and the annotations at the root of a component or module, in order.
fn about(wasm: &[u8]) -> (Option<String>, Vec<(String, String)>) {
    let (mut name, mut annotations) = (None, Vec::new());
    for (_, payload) in top_level_sections(wasm).unwrap() {
        let Payload::CustomSection(section) = payload else { continue };
        match section.as_known() {
            KnownCustom::ComponentName(names) => {
                for found in names {
                    let ComponentName::Component { name: found, .. } = found.unwrap() else { continue };
                    name = Some(found.into());
                }
            }
            KnownCustom::Unknown if section.name() != "note" => {
                annotations.push((section.name().into(), str::from_utf8(section.data()).unwrap().into()));
            }
            _ => {}
        }
    }
    (name, annotations)
}

#[test]
fn the_component_has_the_name_and_the_annotations_of_the_module() {
    let module = wat::parse_str(
        r#"(module $greeter (memory (export "memory") 1) (func (export "_start"))
            (@custom "version" "1.2.3") (@custom "licenses" "MIT OR Apache-2.0") (@custom "authors" "A. and B.")
            (@custom "note" "its own") (@custom "description" "\ff is no text")
            (@custom "source" "https://example.com/greeter.git") (@custom "description" "Says hello"))"#,
    )
    .unwrap();
    let expected = [
        ("version", "1.2.3"),
        ("licenses", "MIT OR Apache-2.0"),
        ("authors", "A. and B."),
        ("source", "https://example.com/greeter.git"),
        ("description", "Says hello"),
    ];
    for layout in [Layout::Isolated, Layout::Guest, Layout::Adapter] {
        let component = Linker::new().layout(layout).link(&module).unwrap().wasm;
        Validator::new().validate_all(&component).unwrap();
        let (name, annotations) = about(&component);
        assert_eq!(name.as_deref(), Some("greeter"), "{layout:?}");
        let annotations: Vec<_> = annotations.iter().map(|(name, text)| (&name[..], &text[..])).collect();
        assert_eq!(annotations, expected, "{layout:?}");
    }
    assert_eq!(about(&Linker::new().link(&wat::parse_str(MODULE).unwrap()).unwrap().wasm), (None, Vec::new()));
}
