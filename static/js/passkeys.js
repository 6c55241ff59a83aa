// Passkeys: shows the forms that need one, asks the device, and posts what it answers.
const forms = document.querySelectorAll("form[data-passkey]");
const able = window.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;

const given = () => JSON.parse(document.getElementById("passkey-options").textContent).publicKey;

const ways = {
  async add() {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON({
      ...given(),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    });
    return navigator.credentials.create({ publicKey });
  },
  async confirm() {
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(given()) });
  },
  async "sign-in"(form) {
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no options");
    const { request_options: options } = await answer.json();
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey) });
  },
};

for (const form of able ? forms : []) {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    const problem = form.querySelector("[role=alert]");
    problem.hidden = true;
    try {
      const credential = await ways[form.dataset.passkey](form);
      form.elements.credential.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      problem.hidden = false;
    }
  });
}
