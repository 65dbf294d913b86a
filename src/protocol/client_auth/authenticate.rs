//! From presented credentials to an authenticated client.

use crate::model::auth_method::AuthMethod;
use crate::model::client::Client;
use crate::model::client_extension::ClientKeys;
use crate::protocol::client_auth::{
    AssertionFault, ClientAssertion, ClientAuthRefusal, Place, PresentedCredentials, Way,
};
use crate::protocol::grant::Once;

/// A client that is who it says, as far as its kind can show. Only [`authenticate`] makes one, and [`Claimant`], which is
/// made there.
#[derive(Debug)]
pub struct AuthenticatedClient {
    client: Client,
    once: Option<Once>,
}

impl AuthenticatedClient {
    /// The client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// The id of the assertion that it proved itself with: good for one use.
    pub const fn once(&self) -> Option<Once> {
        self.once
    }

    /// The client, if it proved itself.
    ///
    /// # Errors
    /// [`ClientAuthRefusal::PublicClient`].
    pub fn confidential(&self) -> Result<&Client, ClientAuthRefusal> {
        if self.client.metadata.auth_method.is_confidential() {
            Ok(&self.client)
        } else {
            Err(ClientAuthRefusal::PublicClient)
        }
    }
}

/// How far an authentication got.
#[derive(Debug)]
pub enum Authentication<'a> {
    /// All the way.
    Proven(Box<AuthenticatedClient>),
    /// To the signature, which is still to be verified with a key of the client.
    Claimed(Box<Claimant<'a>>),
}

/// A client whose assertion is in order, if its signature is.
#[derive(Debug)]
pub struct Claimant<'a> {
    client: Client,
    once: Once,
    /// The assertion.
    pub assertion: Box<ClientAssertion<'a>>,
}

impl Claimant<'_> {
    /// Where the keys of the client are.
    pub fn keys(&self) -> Option<&ClientKeys> {
        self.client.metadata.keys()
    }

    /// The client, after its signature was verified with one of its keys.
    ///
    /// # Errors
    /// The fault that was found.
    pub fn conclude(
        self,
        verified: Result<(), AssertionFault>,
    ) -> Result<AuthenticatedClient, ClientAuthRefusal> {
        verified.map_err(ClientAuthRefusal::Assertion)?;
        Ok(AuthenticatedClient { client: self.client, once: Some(self.once) })
    }
}

/// Checks credentials against the client they name. RFC 7591 §2: a client uses the method it registered.
///
/// # Errors
/// [`ClientAuthRefusal`]; outside, unknown client and wrong secret look the same.
pub fn authenticate<'a>(
    presented: PresentedCredentials<'a>,
    client: Option<Client>,
    place: &Place<'_>,
) -> Result<Authentication<'a>, ClientAuthRefusal> {
    let client = client.ok_or(ClientAuthRefusal::UnknownClient)?;
    let proven = |client, once| Ok(Authentication::Proven(Box::new(AuthenticatedClient { client, once })));
    match (presented.way, client.metadata.auth_method) {
        (Way::Nothing, AuthMethod::None) => proven(client, None),
        (Way::Basic(secret), AuthMethod::SecretBasic) | (Way::Post(secret), AuthMethod::SecretPost) => {
            if client.proof.admits(&secret) {
                proven(client, None)
            } else {
                Err(ClientAuthRefusal::WrongSecret)
            }
        }
        (Way::Assertion(assertion), AuthMethod::SecretJwt) => {
            let once = assertion.check(&client, place).map_err(ClientAuthRefusal::Assertion)?;
            if !client.proof.verifies(assertion.signing_input(), assertion.signature()) {
                return Err(ClientAuthRefusal::Assertion(AssertionFault::Signature));
            }
            proven(client, Some(once))
        }
        (Way::Assertion(assertion), AuthMethod::PrivateKeyJwt) => {
            let once = assertion.check(&client, place).map_err(ClientAuthRefusal::Assertion)?;
            Ok(Authentication::Claimed(Box::new(Claimant { client, once, assertion })))
        }
        _ => Err(ClientAuthRefusal::OtherMethod),
    }
}
