//! Formats WIT functions as text.

use wit_parser::{Function, Handle, Resolve, Type, TypeDefKind};

/// Formats a function with its name, such as `get: func(name: string) -> option<string>`.
pub fn function(resolve: &Resolve, function: &Function) -> String {
    let params = function.params.iter().map(|param| format!("{}: {}", param.name, ty(resolve, &param.ty)));
    let params = params.collect::<Vec<_>>().join(", ");
    let is_async = if function.kind.is_async() { "async " } else { "" };
    let result = function.result.map(|result| format!(" -> {}", ty(resolve, &result))).unwrap_or_default();
    format!("{}: {is_async}func({params}){result}", function.name)
}

fn ty(resolve: &Resolve, ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::U8 => "u8".into(),
        Type::U16 => "u16".into(),
        Type::U32 => "u32".into(),
        Type::U64 => "u64".into(),
        Type::S8 => "s8".into(),
        Type::S16 => "s16".into(),
        Type::S32 => "s32".into(),
        Type::S64 => "s64".into(),
        Type::F32 => "f32".into(),
        Type::F64 => "f64".into(),
        Type::Char => "char".into(),
        Type::String => "string".into(),
        Type::ErrorContext => "error-context".into(),
        Type::Id(id) => {
            let definition = &resolve.types[*id];
            definition.name.clone().unwrap_or_else(|| anonymous(resolve, &definition.kind))
        }
    }
}

/// Formats a type without a name. Records and similar types always have one.
fn anonymous(resolve: &Resolve, kind: &TypeDefKind) -> String {
    let of = |inner: &Type| ty(resolve, inner);
    let optional = |inner: &Option<Type>| inner.as_ref().map_or("_".into(), of);
    let payload = |inner: &Option<Type>| inner.as_ref().map(|inner| format!("<{}>", of(inner))).unwrap_or_default();
    match kind {
        TypeDefKind::List(inner) => format!("list<{}>", of(inner)),
        TypeDefKind::FixedLengthList(inner, length) => format!("list<{}, {length}>", of(inner)),
        TypeDefKind::Map(key, value) => format!("map<{}, {}>", of(key), of(value)),
        TypeDefKind::Option(inner) => format!("option<{}>", of(inner)),
        TypeDefKind::Tuple(tuple) => format!("tuple<{}>", tuple.types.iter().map(of).collect::<Vec<_>>().join(", ")),
        TypeDefKind::Result(result) => match (&result.ok, &result.err) {
            (None, None) => "result".into(),
            (Some(ok), None) => format!("result<{}>", of(ok)),
            (ok, Some(err)) => format!("result<{}, {}>", optional(ok), of(err)),
        },
        TypeDefKind::Handle(Handle::Own(resource)) => ty(resolve, &Type::Id(*resource)),
        TypeDefKind::Handle(Handle::Borrow(resource)) => format!("borrow<{}>", ty(resolve, &Type::Id(*resource))),
        TypeDefKind::Future(inner) => format!("future{}", payload(inner)),
        TypeDefKind::Stream(inner) => format!("stream{}", payload(inner)),
        TypeDefKind::Type(inner) => of(inner),
        other => other.as_str().into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn functions_are_as_they_were_written() {
        let functions = [
            "a: func()",
            "b: func(x: u8, names: list<string>) -> result<option<char>, tuple<s64, f32>>",
            "c: func(r: borrow<thing>, p: point) -> thing",
            "d: func() -> result<_, string>",
            "e: func(x: result, y: result<u32>)",
        ];
        let text = format!("interface i {{ resource thing; record point {{ x: u8 }} {}; }}", functions.join("; "));
        let mut resolve = wit_parser::Resolve::default();
        resolve.push_str("i.wit", &format!("package test:text; {text}")).unwrap();
        let (_, interface) = resolve.interfaces.iter().next().unwrap();
        let found: Vec<_> = interface.functions.values().map(|it| super::function(&resolve, it)).collect();
        assert_eq!(found, functions);
    }
}
