// Stands for @azure/identity in the packed program: sitekeep signs in with a SQL Server login or with
// Windows, and Azure's sign-in code is most of what the driver would load at each start.
function absent(): never {
  throw new Error("Sign-in by Microsoft Entra is not part of the packed program.");
}

export {
  absent as ClientSecretCredential,
  absent as DefaultAzureCredential,
  absent as ManagedIdentityCredential,
  absent as UsernamePasswordCredential,
};
