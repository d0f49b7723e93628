//! A form carried out at most once, for the services: the key is the form's, what was said is the form itself.

use app::api::ApiError;
use domain::{ids::CommandId, people::access::Actor};
use futures::future::BoxFuture;
use serde::{Serialize, de::DeserializeOwned};

use super::{Services, told};
use crate::storage::{Failure, Tx};

impl Services {
    /// Carries out `form` for the actor in one transaction. Sent again it gets the first answer; another
    /// form under the same key is refused ([`Store::once`](crate::storage::Store::once)).
    ///
    /// # Errors
    /// What `job` says, or storage failed.
    pub(crate) async fn once<F, T, J>(&self, actor: &Actor, key: CommandId, form: F, job: J) -> Result<T, ApiError>
    where
        F: Serialize + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
        J: for<'a> FnOnce(&'a mut Tx, Actor, F) -> BoxFuture<'a, Result<T, Failure>> + Send + 'static,
    {
        let said = serde_json::to_vec(&form).map_err(|_| ApiError::Unavailable)?;
        let actor = actor.clone();
        self.store.once(actor.account, key.to_string(), &said, move |tx| job(tx, actor, form)).await.map_err(told)
    }
}
