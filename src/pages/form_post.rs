//! The page that posts an authorization response to the client (OAuth 2.0 Form Post Response Mode §2). A script of ours
//! sends it; without scripts a button does.

use maud::{DOCTYPE, Markup, html};

use crate::model::brand::Brand;
use crate::pages::assets::{FORM_POST, stylesheet};
use crate::pages::layout::hidden;

/// Renders it.
pub fn render(brand: &Brand, redirect_uri: &str, fields: &[(String, String)]) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (brand.name) }
                link rel="stylesheet" href=(stylesheet(brand));
                script src=(FORM_POST.address()) defer {}
            }
            body {
                main {
                    h1 { "Back to the app · " span lang="ko" { "앱으로 돌아가기" } }
                    form method="post" action=(redirect_uri) {
                        @for (name, value) in fields { (hidden(name, value)) }
                        button type="submit" { "Continue · " span lang="ko" { "계속" } }
                    }
                }
            }
        }
    }
}
