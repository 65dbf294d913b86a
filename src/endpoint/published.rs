//! What clients publish: their metadata where that is their id, their keys, and the redirect URIs of their sector.
//! Fetched by whatever [`crate::store::web`] guards, kept for a while, and never asked for without a need.

use std::rc::Rc;

use crate::base::cache_control::max_age;
use crate::base::time::Seconds;
use crate::endpoint::World;
use crate::jose::jwk::{NamedJwk, parse_set};
use crate::model::client_extension::ClientKeys;
use crate::model::client_id::ClientId;
use crate::model::client_metadata::{self, ClientMetadata, MetadataError};
use crate::model::metadata_uri::MetadataUri;
use crate::protocol::client_auth::{AssertionFault, Claimant, ClientAssertion};
use crate::protocol::registration::{PublishedRefusal, lists_all, read_published};
use crate::store::Unavailable;
use crate::store::document_cache::{Asking, Copy, Ended};
use crate::store::web::{Document, WebError};

/// draft-ietf-oauth-client-id-metadata-document §6.6: "Recommended maximum is 5 kilobytes".
const MAX_METADATA: usize = 5 * 1024;
/// Most bytes of a set of keys, or of a sector's list.
const MAX_LIST: usize = 64 * 1024;
/// How long a document is kept that does not say.
const USUALLY: Seconds = Seconds::minutes(5);
/// How long any document is kept at most.
const AT_MOST: Seconds = Seconds::minutes(60);
/// How long keys are kept at least, whatever they say: each assertion would be a fetch.
const KEYS_AT_LEAST: Seconds = Seconds::minutes(5);
/// How old keys are when they are fetched again for one that is not among them.
const ROTATED_AFTER: Seconds = Seconds(60);

/// The metadata at the address that is a client's id.
pub async fn published_client(
    world: &World<'_>,
    id: &ClientId,
) -> Result<Rc<ClientMetadata>, PublishedRefusal> {
    let reach = world.config.reach();
    let uri = MetadataUri::parse_within(id.as_str(), reach).ok_or(PublishedRefusal::Address)?;
    let cache = world.web.cache();
    if let Some(metadata) = cache.client(&uri, world.now) {
        return Ok(metadata);
    }
    let (document, asking) = match fetch(world, &uri, MAX_METADATA).await {
        Ok(fetched) => fetched,
        Err(refusal) => {
            let lately = cache.client_lately(&uri, world.now).filter(|_| refusal.may_pass());
            return lately.ok_or(refusal);
        }
    };
    let read = read_published(id, &document.content_type, &document.body, &world.config.catalogue, reach);
    let lifetime = max_age(&document.cache_control).unwrap_or(USUALLY).min(AT_MOST);
    cache.end(&asking, useful(read.is_ok()));
    let metadata = Rc::new(read?);
    cache.keep(&uri, Copy::Client(Rc::clone(&metadata)), world.now, lifetime);
    Ok(metadata)
}

/// Verifies the signature of an assertion with a key of its client.
pub async fn verify(
    world: &World<'_>,
    claimant: &Claimant<'_>,
) -> Result<Result<(), AssertionFault>, Unavailable> {
    let assertion = &claimant.assertion;
    let uri = match claimant.keys() {
        None => return Ok(Err(AssertionFault::Key)),
        Some(ClientKeys::Here(keys)) => return verify_with(world, assertion, keys).await,
        Some(ClientKeys::At(uri)) => uri,
    };
    if let Some((keys, fetched_at)) = world.web.cache().keys(uri, world.now) {
        let verified = verify_with(world, assertion, &keys).await?;
        let rotated = match verified {
            Err(AssertionFault::Key) => true,
            Err(_) => !assertion.names_its_key(),
            Ok(()) => false,
        };
        if !rotated || world.now < fetched_at.plus(ROTATED_AFTER) {
            return Ok(verified);
        }
    }
    let keys = fetch_keys(world, uri).await.or_else(|| world.web.cache().keys_lately(uri, world.now));
    match keys {
        Some(keys) => verify_with(world, assertion, &keys).await,
        None => Ok(Err(AssertionFault::KeysUnavailable)),
    }
}

async fn verify_with(
    world: &World<'_>,
    assertion: &ClientAssertion<'_>,
    keys: &[NamedJwk],
) -> Result<Result<(), AssertionFault>, Unavailable> {
    let Some(key) = assertion.key_in(keys) else { return Ok(Err(AssertionFault::Key)) };
    let verified = world.signatures.verify(key, assertion.signing_input(), assertion.signature()).await?;
    Ok(if verified { Ok(()) } else { Err(AssertionFault::Signature) })
}

async fn fetch_keys(world: &World<'_>, uri: &MetadataUri) -> Option<Rc<Vec<NamedJwk>>> {
    let cache = world.web.cache();
    let (document, asking) = fetch(world, uri, MAX_LIST).await.ok()?;
    let keys = serde_json::from_slice(&document.body).ok().and_then(|set| parse_set(&set));
    cache.end(&asking, useful(keys.is_some()));
    let (keys, said) = (Rc::new(keys?), max_age(&document.cache_control));
    let lifetime = said.unwrap_or(USUALLY).clamp(KEYS_AT_LEAST, AT_MOST);
    cache.keep(uri, Copy::Keys(Rc::clone(&keys)), world.now, lifetime);
    Some(keys)
}

/// The metadata of a client that registers, with what it says of its sector looked up (OpenID Connect Registration §5).
pub async fn registered_metadata(
    world: &World<'_>,
    document: &client_metadata::Document,
) -> Result<ClientMetadata, MetadataError> {
    let metadata = ClientMetadata::parse(document, &world.config.catalogue, world.config.reach())?;
    let sector = metadata.extension.as_ref().and_then(|extension| extension.sector_identifier_uri.as_ref());
    if let Some(uri) = sector {
        let error =
            |reason: &str| MetadataError::Metadata(format!("sector_identifier_uri: what is there {reason}"));
        let fetched = fetch(world, uri, MAX_LIST).await;
        let (document, asking) = fetched.map_err(|_| error("cannot be fetched"))?;
        let listed = lists_all(&document.body, &metadata.redirect_uris);
        world.web.cache().end(&asking, useful(listed));
        if !listed {
            return Err(error("is no JSON array with every redirect URI in it"));
        }
    }
    Ok(metadata)
}

const fn useful(useful: bool) -> Ended {
    if useful { Ended::Useful } else { Ended::Useless }
}

/// A document that was answered with 200, and what has to be told how it ended.
async fn fetch(
    world: &World<'_>,
    uri: &MetadataUri,
    limit: usize,
) -> Result<(Document, Asking), PublishedRefusal> {
    let cache = world.web.cache();
    let asking = cache.begin(uri, world.now).ok_or(PublishedRefusal::Throttled)?;
    let refusal = match world.web.get(uri, limit, "application/json").await {
        Ok(document) if document.status == 200 => return Ok((document, asking)),
        Ok(document) => PublishedRefusal::Status(document.status),
        Err(WebError::Unreachable) => PublishedRefusal::Unreachable,
        Err(WebError::TooLarge) => PublishedRefusal::TooLarge,
    };
    cache.end(&asking, if refusal.may_pass() { Ended::Failed } else { Ended::Useless });
    Err(refusal)
}
