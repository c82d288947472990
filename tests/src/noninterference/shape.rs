//! The layout of WIT types in 32-bit memory, by the canonical ABI.

use wit_parser::{Resolve, SizeAlign, Type, TypeDefKind};

/// The memory layout of a type.
#[derive(Clone, Debug)]
pub struct Shape {
    pub size: u32,
    pub align: u32,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub enum Kind {
    /// An integer below this limit; any if it is 0.
    Number(u64),
    /// A handle that is passed to the adapter.
    Own,
    String,
    List(Box<Shape>),
    /// The fields, each with its offset.
    Fields(Vec<(u32, Shape)>),
    /// The offset of the payload, and the payload of each case.
    Cases(u32, Vec<Option<Shape>>),
}

/// A flat parameter.
#[derive(Clone, Copy, Debug)]
pub enum FlatParam {
    Number,
    /// A borrowed handle.
    Handle,
    /// A pointer and a number of elements of this size.
    Elements(u32),
}

pub struct Shapes<'r> {
    resolve: &'r Resolve,
    sizes: SizeAlign,
}

impl<'r> Shapes<'r> {
    pub fn new(resolve: &'r Resolve) -> anyhow::Result<Self> {
        let mut sizes = SizeAlign::default();
        sizes.fill(resolve)?;
        Ok(Self { resolve, sizes })
    }

    pub fn shape(&self, ty: &Type) -> Shape {
        let (size, align) = (self.sizes.size(ty).size_wasm32() as u32, self.sizes.align(ty).align_wasm32() as u32);
        Shape { size, align, kind: self.kind(ty) }
    }

    fn kind(&self, ty: &Type) -> Kind {
        let Type::Id(id) = ty else {
            return match ty {
                Type::String => Kind::String,
                Type::Bool => Kind::Number(2),
                _ => Kind::Number(0),
            };
        };
        let fields = |types: Vec<&Type>| {
            let offsets = self.sizes.field_offsets(types.iter().copied());
            Kind::Fields(offsets.into_iter().map(|(at, ty)| (at.size_wasm32() as u32, self.shape(ty))).collect())
        };
        let cases = |types: Vec<Option<&Type>>| {
            let tag = if types.len() <= 256 { wit_parser::Int::U8 } else { wit_parser::Int::U16 };
            let payload = self.sizes.payload_offset(tag, types.iter().copied()).size_wasm32() as u32;
            Kind::Cases(payload, types.into_iter().map(|ty| ty.map(|ty| self.shape(ty))).collect())
        };
        match &self.resolve.types[*id].kind {
            TypeDefKind::Record(record) => fields(record.fields.iter().map(|field| &field.ty).collect()),
            TypeDefKind::Tuple(tuple) => fields(tuple.types.iter().collect()),
            TypeDefKind::Variant(variant) => cases(variant.cases.iter().map(|case| case.ty.as_ref()).collect()),
            TypeDefKind::Option(ty) => cases(vec![None, Some(ty)]),
            TypeDefKind::Result(result) => cases(vec![result.ok.as_ref(), result.err.as_ref()]),
            TypeDefKind::Enum(cases) => Kind::Number(cases.cases.len() as u64),
            TypeDefKind::Flags(flags) => Kind::Number(1 << flags.flags.len()),
            TypeDefKind::List(ty) => Kind::List(Box::new(self.shape(ty))),
            TypeDefKind::Type(ty) => self.kind(ty),
            TypeDefKind::Handle(_) => Kind::Own,
            other => unreachable!("the worlds have no {}", other.as_str()),
        }
    }

    /// Appends the flat parameters of a type.
    pub fn params(&self, ty: &Type, params: &mut Vec<FlatParam>) {
        let Type::Id(id) = ty else {
            return params.push(if *ty == Type::String { FlatParam::Elements(1) } else { FlatParam::Number });
        };
        match &self.resolve.types[*id].kind {
            TypeDefKind::Record(record) => record.fields.iter().for_each(|field| self.params(&field.ty, params)),
            TypeDefKind::Tuple(tuple) => tuple.types.iter().for_each(|ty| self.params(ty, params)),
            TypeDefKind::List(ty) => params.push(FlatParam::Elements(self.sizes.size(ty).size_wasm32() as u32)),
            TypeDefKind::Type(ty) => self.params(ty, params),
            TypeDefKind::Handle(_) => params.push(FlatParam::Handle),
            TypeDefKind::Enum(_) | TypeDefKind::Flags(_) => params.push(FlatParam::Number),
            // The tag, and the payload of the largest case, which has no pointer in these worlds.
            _ => {
                let mut storage = [wit_parser::abi::WasmType::I32; 16];
                let mut flat = wit_parser::abi::FlatTypes::new(&mut storage);
                self.resolve.push_flat(ty, &mut flat);
                params.extend(flat.to_vec().iter().map(|_| FlatParam::Number));
            }
        }
    }
}
