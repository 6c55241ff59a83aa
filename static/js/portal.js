// Keeps what a runner typed while a form is on its way, in this tab only, and brings it back when it was not
// saved: the session had ended, or the line was down. Everything works without it.
import "./queue.js"

const KEEP = "plimsoll:unsaved"
const owner = document.querySelector("[data-owner]")?.dataset.owner
const forms = [...document.querySelectorAll("form[data-keep]")]

const read = () => {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEEP))
    if (kept && owner && kept.owner !== owner) sessionStorage.removeItem(KEEP) // another account on this phone
    return kept && kept.owner === owner ? kept : null
  } catch {
    return null
  }
}

const bringBack = (form, answers) => {
  for (const [name, value] of answers) {
    if (!value) continue
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "submit") field.classList.toggle("go", field.value === value) // an answer that saves
      else if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value
      else if (field.type !== "hidden" || name === "client_id") field.value = value
      if (field.closest("details")) field.closest("details").open = true
    }
    const other = form.elements[`${name}_other`] // a length that is not among the choices of this page
    if (other && !form.querySelector(`[name="${CSS.escape(name)}"]:checked`)) {
      other.value = value
      if (other.closest("details")) other.closest("details").open = true
    }
  }
}

for (const form of forms) {
  form.addEventListener("submit", event => {
    const answers = [...new FormData(form, event.submitter)].filter(([name]) => name !== "csrfmiddlewaretoken")
    sessionStorage.setItem(KEEP, JSON.stringify({ owner, path: form.dataset.keep, answers }))
  })
}

for (const way of document.querySelectorAll("[data-forget]")) way.addEventListener("click", () => sessionStorage.removeItem(KEEP))

const kept = read()
const answered = document.querySelector("[data-answered]") // the server had the form: saved, or back with its errors
if (answered) {
  sessionStorage.removeItem(KEEP)
  const id = kept?.answers.find(([name]) => name === "client_id")?.[1]
  if (id) self.plimsollQueue?.forget(id) // it waited on this phone, and was sent from its form
}
else if (kept) {
  const form = forms.find(one => one.dataset.keep === kept.path)
  const note = document.getElementById("unsaved")
  if (form) bringBack(form, kept.answers)
  if (note) {
    note.hidden = false
    note.querySelector("a").href = kept.path
    note.querySelector("a").hidden = Boolean(form)
  }
}
