//! From presented credentials to an authenticated client.

use crate::model::auth_method::AuthMethod;
use crate::model::client::Client;
use crate::protocol::client_auth::{ClientAuthRefusal, PresentedCredentials};

/// A client that is who it says, as far as its kind can show. Only [`authenticate`] makes one.
#[derive(Debug)]
pub struct AuthenticatedClient(Client);

impl AuthenticatedClient {
    /// The client.
    pub fn client(&self) -> &Client {
        &self.0
    }

    /// The client, if it proved itself with a secret.
    ///
    /// # Errors
    /// [`ClientAuthRefusal::PublicClient`].
    pub fn confidential(&self) -> Result<&Client, ClientAuthRefusal> {
        if self.0.metadata.auth_method.is_confidential() {
            Ok(&self.0)
        } else {
            Err(ClientAuthRefusal::PublicClient)
        }
    }
}

/// Checks credentials against the client they name. RFC 7591 §2: a client uses the method it registered.
///
/// # Errors
/// [`ClientAuthRefusal`]; outside, unknown client and wrong secret look the same.
pub fn authenticate(
    presented: &PresentedCredentials,
    client: Option<Client>,
) -> Result<AuthenticatedClient, ClientAuthRefusal> {
    let client = client.ok_or(ClientAuthRefusal::UnknownClient)?;
    if presented.method != client.metadata.auth_method {
        return Err(ClientAuthRefusal::OtherMethod);
    }
    match (&presented.method, &presented.secret) {
        (AuthMethod::None, _) => Ok(AuthenticatedClient(client)),
        (_, Some(secret)) if client.proof.admits(secret) => Ok(AuthenticatedClient(client)),
        _ => Err(ClientAuthRefusal::WrongSecret),
    }
}
