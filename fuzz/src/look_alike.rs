//! Names that imitate somebody (`model/look_alike`).

use postern::model::look_alike::imitated;

use crate::world::{text, two};

/// Holds [`imitated`] to what does not depend on the list: capitals and decorations change nothing, no host that is not the
/// vendor's does, and a vendor's own name is always one.
pub fn look_alike(data: &[u8]) {
    let Some(input) = text(data) else { return };
    let (name, host) = two(input);
    let found = imitated(name, None);
    assert_eq!(imitated(&name.to_lowercase(), None), found, "{name:?} in small letters");
    assert_eq!(imitated(&name.to_uppercase(), None), found, "{name:?} in capitals");
    assert_eq!(imitated(&format!("  {name} - "), None), found, "{name:?} with gaps around it");
    assert_eq!(imitated(name, Some("client.example")), found);
    let there = imitated(name, Some(host));
    assert!(there.is_none() || there == found);
    if let Some(vendor) = found {
        assert!([vendor.en, vendor.ko].iter().all(|own| imitated(own, None).is_some()), "{vendor:?}");
    }
}
