// The guided set: counts by the clock on the wall, so that a dark screen or a slow phone loses nothing, and logs
// each set by itself when it is over, through the queue on this phone. Its place is kept: a page that was closed or
// loaded anew goes on where it was. The form below it does the same by hand.
import "./queue.js"

const queue = self.plimsollQueue
const guide = document.getElementById("guide")
const form = document.getElementById("sets-form")
const owner = document.querySelector("[data-owner]")?.dataset.owner
const part = name => guide.querySelector(`[data-guide="${name}"]`)
const words = guide.dataset
const said = part("saved").dataset
const PLACE = "guide" // the name of what is noted on the phone
const DARK_MS = 3000 // between two looks: longer than this and nobody saw or heard the count
const OLD_MS = 3 * 60 * 60 * 1000 // a place older than this belongs to another session
const AGAIN_MS = 5000 // between tries while a set waits and the page is open
const still = matchMedia("(prefers-reduced-motion: reduce)").matches

const boxOf = set => form.querySelector(`[name="${CSS.escape(set.row)}"][value="${set.number}"]`)
const countedOf = row => form.querySelector(`[name="guided_${CSS.escape(row)}"]`)

// The sets that are not ticked yet.
const openSets = () => [...form.querySelectorAll("[data-row]")].flatMap(row => {
  const boxes = [...row.querySelectorAll("input[type=checkbox]")]
  const { row: name, label, ...numbers } = row.dataset
  const seconds = Object.fromEntries(["reps", "ready", "up", "hold", "down", "rest"].map(key => [key, Number(numbers[key])]))
  return boxes.filter(box => !box.checked).map(box => ({ row: name, label, number: box.value, total: boxes.length, ...seconds }))
})

// What is to be counted, in seconds from the start: one line for each phase.
let sets = []
let plan = []
const lay = list => {
  let end = 0
  sets = list
  plan = []
  sets.forEach((set, index) => {
    const add = (kind, seconds, rep = 0) => {
      if (seconds > 0) plan.push({ kind, rep, index, from: end, to: (end += seconds) })
    }
    if (index === 0) add("ready", set.ready)
    else add("rest", sets[index - 1].rest)
    for (let rep = 1; rep <= set.reps; rep += 1) {
      add("up", set.up, rep)
      add(set.hold > set.down ? "hold" : "turn", set.hold, rep)
      add("down", set.down, rep)
    }
    set.over = end
  })
}

let began = 0 // on the wall clock, moved on by pauses
let pausedAt = 0
let looked = 0
let running = 0
let shown = null
let logged = 0
const waiting = new Set() // ids of what is in the queue
let unsaved = false // neither in the queue nor stored
let lock = null
let sound = null

const now = () => Date.now()
const elapsed = () => ((pausedAt || now()) - began) / 1000
const phaseAt = seconds => plan.find(one => seconds < one.to)
const edgeOf = phase => phase.rep ? sets[phase.index].over : phase.to

function look() {
  const late = now() - looked
  looked = now()
  if (pausedAt) return
  let seconds = elapsed()
  const edge = shown && edgeOf(shown)
  if (late > DARK_MS && shown && seconds > edge) {
    // The set in hand is counted to its end; the next one waits for somebody to be there.
    began = now() - edge * 1000
    seconds = edge
    log(seconds)
    return phaseAt(seconds) ? pause(said.dark) : finish()
  }
  log(seconds)
  const phase = phaseAt(seconds)
  if (!phase) return finish()
  draw(phase, seconds)
}

function draw(phase, seconds) {
  const set = sets[phase.index]
  const left = Math.ceil(phase.to - seconds)
  if (phase !== shown) {
    shown = phase
    part("word").textContent = words[`words${phase.kind[0].toUpperCase()}${phase.kind.slice(1)}`]
    part("word").className = `guide-word ${phase.kind}`
    part("what").textContent = `${set.label}, ${words.wordsSet} ${set.number} ${words.wordsOf} ${set.total}`
    part("skip").hidden = phase.kind !== "rest"
    if (!pausedAt) cue(phase)
    remember()
  }
  const counts = phase.kind === "ready" || phase.kind === "rest" || phase.kind === "hold"
  part("count").textContent = counts ? `${left} s` : `${phase.rep} ${words.wordsOf} ${set.reps}`
  const share = still ? (phase.to - phase.from - left) / (phase.to - phase.from) : (seconds - phase.from) / (phase.to - phase.from)
  const low = { up: 1 - share, down: share, hold: 0, turn: 0, rest: 1, ready: 1 }[phase.kind]
  part("mark").setAttribute("transform", `translate(0 ${Math.round(low * 100)})`)
}

// Sound is laid out for the whole phase at once, so that it goes on when the page is not drawn.
function cue(phase) {
  if (!document.getElementById("guide-sound").checked) return
  if (navigator.vibrate) navigator.vibrate(phase.kind === "down" ? [120] : phase.kind === "rest" ? [200, 100, 200] : [60])
  if (!sound) return
  const length = phase.to - phase.from
  const at = sound.currentTime
  beep(at, phase.kind === "up" || phase.kind === "ready" ? 660 : phase.kind === "rest" ? 330 : 440, 0.14)
  if (phase.kind === "down") for (let second = 1; second < length; second += 1) beep(at + second, 380, 0.05)
}

function beep(at, pitch, length) {
  const tone = sound.createOscillator()
  const loud = sound.createGain()
  tone.frequency.value = pitch
  loud.gain.setValueAtTime(0.2, at)
  loud.gain.exponentialRampToValueAtTime(0.001, at + length)
  tone.connect(loud).connect(sound.destination)
  tone.start(at)
  tone.stop(at + length)
}

// Every set that is over is ticked and goes into the queue; what could not be sent is sent later.
function log(seconds) {
  while (logged < sets.length && sets[logged].over <= seconds) note(sets[logged++], null)
}

function note(set, reps) {
  boxOf(set).checked = true
  const field = countedOf(set.row)
  field.value = [...field.value.split(",").filter(Boolean), `${set.number}:${reps ?? set.reps}`].join(",")
  remember()
  send()
}

async function send() {
  const id = crypto.randomUUID()
  const answers = new FormData(form)
  answers.set("client_id", id)
  answers.set("ticks", "1")
  const entry = { id, owner, path: location.pathname, answers: [...answers], toldAt: new Date().toISOString() }
  unsaved = !(await keep(entry)) && !(await sendNow(answers))
  if (unsaved) tell(said.unsaved)
  else await flush()
}

// In the queue only in the account whose phone this is.
async function keep(entry) {
  try {
    if ((await queue.own())?.owner !== owner) return false
    await queue.keep(entry)
    waiting.add(entry.id)
    return true
  } catch {
    return false // no storage, as in a private window
  }
}

async function sendNow(answers) {
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: answers, headers: { "HX-Request": "true", "HX-Target": "sets" } })
    if (answer.status === 204) waiting.add(answers.get("client_id")) // the worker put it into the queue
    return answer.ok && !answer.redirected
  } catch {
    return false // no line: it is sent with the next set
  }
}

async function flush() {
  if (waiting.size) await queue.flush()
  await settle()
  if (waiting.size) setTimeout(flush, AGAIN_MS)
}

// Only what has left the queue is saved.
async function settle() {
  const left = waiting.size ? await queue.of(owner) : []
  for (const id of waiting) if (!left.some(one => one.id === id)) waiting.delete(id)
  tell(!waiting.size ? said.saved : left.some(one => waiting.has(one.id) && one.look) ? said.unsaved : said.kept)
}

const tell = text => { part("saved").textContent = text }

// Where we are, on this phone only, so that nothing is lost when the page goes.
function remember() {
  const guided = Object.fromEntries(sets.map(set => [set.row, countedOf(set.row).value]))
  const half = form.elements.half.value
  queue.note(PLACE, { owner, half, sets, began, pausedAt, logged, guided, seen: now() }).catch(() => {})
}

async function takeUp() {
  const kept = await queue.noted(PLACE).catch(() => null)
  if (!kept || running) return
  const fits = kept.owner === owner && kept.half === form.elements.half.value && now() - kept.seen < OLD_MS
  if (!fits || !kept.sets.every(boxOf) || boxOf(kept.sets[kept.logged])?.checked) return queue.drop(PLACE)
  lay(kept.sets);
  ({ began, pausedAt, logged } = kept)
  for (const set of sets.slice(0, logged)) boxOf(set).checked = true
  for (const [row, text] of Object.entries(kept.guided)) countedOf(row).value = text
  const left = phaseAt(((pausedAt || kept.seen) - began) / 1000)
  if (!left) return finish()
  const goesOn = !pausedAt && elapsed() <= edgeOf(left)
  if (!goesOn) pausedAt ||= kept.seen // nobody counted meanwhile
  guide.hidden = false
  begin()
  draw(phaseAt(elapsed()), elapsed())
  if (!goesOn) stay(said.away)
}

async function keepAwake() {
  try {
    lock = await navigator.wakeLock?.request("screen")
  } catch {
    lock = null // low battery, or not allowed: the wall clock still counts
  }
}

function listen() {
  try {
    sound ??= new AudioContext()
  } catch {
    sound = null
  }
}

function start() {
  lay(openSets())
  logged = 0
  began = now()
  listen()
  begin()
  part("pause").focus()
  look()
}

function begin() {
  looked = now()
  keepAwake()
  for (const name of ["word", "count", "pause", "stop"]) part(name).hidden = false
  part("start").hidden = true
  running = setInterval(look, 100)
}

function pause(why = "") {
  pausedAt = now()
  remember()
  stay(why)
}

function stay(why) {
  swap(true)
  part("word").textContent = words.wordsPaused
  if (why) tell(why)
}

function goOn() {
  began += now() - pausedAt
  pausedAt = 0
  looked = now()
  shown = null
  listen()
  swap(false)
  look()
}

function swap(isPaused) {
  const button = part("pause")
  button.dataset.was ||= button.textContent
  button.textContent = isPaused ? button.dataset.other : button.dataset.was
}

function skip() {
  const phase = phaseAt(elapsed())
  if (phase?.kind === "rest") began -= (phase.to - elapsed()) * 1000
  look()
}

function stop() {
  const seconds = elapsed()
  const phase = phaseAt(seconds)
  const done = phase && phase.rep ? phase.rep - 1 : 0
  if (done > 0 && phase.index === logged) note(sets[logged++], done)
  finish()
}

function finish() {
  clearInterval(running)
  running = pausedAt = 0
  shown = null
  queue.drop(PLACE).catch(() => {})
  lock?.release?.()
  sound?.close?.()
  sound = null
  swap(false)
  part("word").textContent = words.wordsDone
  part("word").hidden = logged < sets.length
  for (const name of ["count", "pause", "skip", "stop"]) part(name).hidden = true
  part("start").hidden = !openSets().length
  part("mark").setAttribute("transform", "translate(0 100)")
  form.querySelector("button.go").focus()
}

if (openSets().length) guide.hidden = false
part("start").addEventListener("click", start)
part("pause").addEventListener("click", () => (pausedAt ? goOn() : pause()))
part("skip").addEventListener("click", skip)
part("stop").addEventListener("click", stop)
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || !running) return
  keepAwake()
  look()
})
addEventListener("plimsoll:queue", () => waiting.size && settle()) // sent by this page
queue.news?.addEventListener("message", () => waiting.size && settle()) // or by another
addEventListener("online", () => (unsaved ? send() : waiting.size && flush()))
await takeUp()
