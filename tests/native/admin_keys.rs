//! `/admin/keys`.

use serde_json::json;

use crate::admin_pages::{act, administered, root, told};
use crate::support::Browser;

const PAGE: &str = "/admin/keys";
const ROTATE: &[(&str, &str)] = &[("action", "rotate")];

#[test]
fn the_keys_are_shown_by_name_with_when_each_of_them_counts() {
    let harness = administered();
    let root = root(&harness);
    let published = harness.get("/jwks.json").json();
    let page = root.get(PAGE).body;
    for key in published["keys"].as_array().unwrap() {
        assert!(page.contains(key["kid"].as_str().unwrap()) && page.contains(key["alg"].as_str().unwrap()));
    }
    assert_eq!(
        (page.matches("<span class=\"tag\">signs</span>").count(), page.matches("the beginning").count()),
        (2, 2)
    );
    assert!(page.contains("<code>k1</code></dt><dd>signs and verifies</dd>"), "{page}");
}

#[test]
fn new_keys_are_made_one_rotation_at_a_time() {
    let harness = administered();
    let root = root(&harness);
    root.get(PAGE);
    told(&harness);
    let form = Browser::form(&root.get(PAGE).body, PAGE).set("action", "rotate");
    assert_eq!(root.submit(&form).location(), "/admin/keys?done=rotated");
    let line = told(&harness).remove(0);
    assert_eq!((&line["event"], &line["path"]), (&json!("signing_keys_rotated"), &json!(PAGE)));
    assert_eq!(line["by"], harness.config.admins[0].to_string());
    let page = root.get("/admin/keys?done=rotated").body;
    assert!(page.contains("New keys are made") && page.contains("A rotation is under way"), "{page}");
    assert!(!page.contains("action=\"/admin/keys\""), "there is no button meanwhile");
    assert_eq!(page.matches("<span class=\"tag\">published, does not sign yet</span>").count(), 2);
    // 20 minutes from 2027-01-15 08:00:00.
    assert_eq!(page.matches("15 January 2027, 08:20 UTC").count(), 2, "{page}");
    let refused = act(&root, PAGE, ROTATE);
    assert!(refused.status == 409 && refused.body.contains("role=\"alert\">A rotation is under way"));
    assert_eq!(told(&harness)[0]["reason"], "RotationPending");
    harness.wait(20 * 60);
    root.sign_in("root", "correct horse");
    let page = root.get(PAGE).body;
    assert_eq!(page.matches("<span class=\"tag\">published, no longer signs</span>").count(), 2);
    assert_eq!(page.matches("<span class=\"tag\">signs</span>").count(), 2);
    assert_eq!(act(&root, PAGE, ROTATE).status, 303);
}

#[test]
fn root_keys_are_named_and_nothing_of_them_is_shown() {
    let mut harness = administered();
    let key = |byte| postern::base::base64url::encode([byte; 32]);
    harness.rotate_keys(&format!("k2:{},k1:{},!k0:{}", key(2), key(1), key(0)));
    let root = root(&harness);
    let page = root.get(PAGE).body;
    for words in [
        "<code>k2</code></dt><dd>signs and verifies</dd>",
        "<code>k1</code></dt><dd>verifies</dd>",
        "<code>k0</code></dt><dd>retired: ",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for byte in [0, 1, 2] {
        assert!(!page.contains(&key(byte)));
    }
}

#[test]
fn keys_that_do_not_answer_are_nobodys_fault() {
    let harness = administered();
    let root = root(&harness);
    harness.memory.signing_keys_down.set(true);
    assert_eq!(root.get(PAGE).status, 503);
    assert_eq!(act(&root, PAGE, ROTATE).status, 503);
    assert_eq!(root.get("/admin").status, 200);
}
