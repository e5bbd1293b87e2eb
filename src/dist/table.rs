//! The macro that turns the table in `mod.rs` into modules, [`Family`](super::Family) and lookup.

/// Declares the module of each family, the enum of all, and the way from one to the other.
macro_rules! families {
    ($($family:ident: $module:ident, $doc:literal;)*) => {
        $(mod $module;)*

        /// A family of distributions: which one a scenario names with `dist = "..."`.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum Family {
            $(
                #[doc = concat!("`", stringify!($module), "`: ", $doc, ".")]
                $family,
            )*
        }

        impl Family {
            /// Every family, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$family,)*];

            /// The functions and the description of this family.
            #[inline]
            fn law(self) -> &'static $crate::dist::spec::Law {
                match self {
                    $(Self::$family => &$module::LAW,)*
                }
            }
        }
    };
}
