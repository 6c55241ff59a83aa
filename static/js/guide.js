// The guided set: counts by the clock on the wall, so that a dark screen or a slow phone loses nothing, and logs
// each set by itself when it is over. The form below it does the same by hand.
const guide = document.getElementById("guide")
const form = document.getElementById("sets-form")
const part = name => guide.querySelector(`[data-guide="${name}"]`)
const words = guide.dataset
const DARK_MS = 3000 // between two looks: longer than this and nobody saw or heard the count
const still = matchMedia("(prefers-reduced-motion: reduce)").matches

const open = [...form.querySelectorAll("[data-row]")].flatMap(row => {
  const all = [...row.querySelectorAll("input[type=checkbox]")]
  return all.filter(box => !box.checked).map(box => ({ row, box, total: all.length, ...numbers(row) }))
})

function numbers(row) {
  const read = name => Number(row.dataset[name])
  return { reps: read("reps"), ready: read("ready"), up: read("up"), hold: read("hold"), down: read("down"), rest: read("rest") }
}

// What is to be counted, in seconds from the start: one line for each phase.
const plan = []
let end = 0
open.forEach((set, index) => {
  const add = (kind, seconds, rep = 0) => {
    if (seconds > 0) plan.push({ kind, rep, index, from: end, to: (end += seconds) })
  }
  if (index === 0) add("ready", set.ready)
  else add("rest", open[index - 1].rest)
  for (let rep = 1; rep <= set.reps; rep += 1) {
    add("up", set.up, rep)
    add(set.hold > set.down ? "hold" : "turn", set.hold, rep)
    add("down", set.down, rep)
  }
  set.over = end
})

let began = 0 // on the wall clock, moved on by pauses
let pausedAt = 0
let looked = 0
let running = 0
let shown = null
let logged = 0
let unsaved = false
let lock = null
let sound = null

const now = () => Date.now()
const elapsed = () => ((pausedAt || now()) - began) / 1000
const phaseAt = seconds => plan.find(one => seconds < one.to)

function look() {
  const late = now() - looked
  looked = now()
  if (pausedAt) return
  let seconds = elapsed()
  const edge = shown && (shown.rep ? open[shown.index].over : shown.to)
  if (late > DARK_MS && shown && seconds > edge) {
    // The set in hand is counted to its end; the next one waits for somebody to be there.
    began = now() - edge * 1000
    seconds = edge
    log(seconds)
    return phaseAt(seconds) ? pause(part("saved").dataset.dark) : finish()
  }
  log(seconds)
  const phase = phaseAt(seconds)
  if (!phase) return finish()
  draw(phase, seconds)
}

function draw(phase, seconds) {
  const set = open[phase.index]
  const left = Math.ceil(phase.to - seconds)
  if (phase !== shown) {
    shown = phase
    part("word").textContent = words[`words${phase.kind[0].toUpperCase()}${phase.kind.slice(1)}`]
    part("word").className = `guide-word ${phase.kind}`
    const number = set.box.value
    part("what").textContent = `${set.row.dataset.label}, ${words.wordsSet} ${number} ${words.wordsOf} ${set.total}`
    part("skip").hidden = phase.kind !== "rest"
    cue(phase)
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

// Every set that is over is ticked and sent; what could not be sent is sent with the next one.
function log(seconds) {
  while (logged < open.length && open[logged].over <= seconds) note(open[logged++], null)
}

function note(set, reps) {
  set.box.checked = true
  const field = form.querySelector(`[name="guided_${set.row.dataset.row}"]`)
  field.value = [...field.value.split(",").filter(Boolean), `${set.box.value}:${reps ?? set.reps}`].join(",")
  send()
}

async function send() {
  const answers = new FormData(form)
  answers.set("client_id", crypto.randomUUID())
  answers.set("ticks", "1")
  unsaved = true
  try {
    const answer = await fetch(location.pathname, { method: "POST", body: answers, headers: { "HX-Request": "true", "HX-Target": "sets" } })
    unsaved = !answer.ok || answer.redirected
  } catch {
    unsaved = true
  }
  part("saved").textContent = unsaved ? part("saved").dataset.unsaved : part("saved").dataset.saved
}

async function keepAwake() {
  try {
    lock = await navigator.wakeLock?.request("screen")
  } catch {
    lock = null // low battery, or not allowed: the wall clock still counts
  }
}

function start() {
  began = looked = now()
  try {
    sound = new AudioContext()
  } catch {
    sound = null
  }
  keepAwake()
  for (const name of ["word", "count", "pause", "stop"]) part(name).hidden = false
  part("start").hidden = true
  part("pause").focus()
  running = setInterval(look, 100)
  look()
}

function pause(why = "") {
  pausedAt = now()
  swap(true)
  part("word").textContent = words.wordsPaused
  if (why) part("saved").textContent = why
}

function goOn() {
  began += now() - pausedAt
  pausedAt = 0
  looked = now()
  shown = null
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
  if (done > 0 && phase.index === logged) note(open[logged++], done)
  finish()
}

function finish() {
  clearInterval(running)
  running = pausedAt = 0
  lock?.release?.()
  sound?.close?.()
  part("word").textContent = words.wordsDone
  part("word").hidden = logged < open.length
  for (const name of ["count", "pause", "skip", "stop"]) part(name).hidden = true
  part("mark").setAttribute("transform", "translate(0 100)")
  form.querySelector("button.go").focus()
}

if (open.length) guide.hidden = false
part("start").addEventListener("click", start)
part("pause").addEventListener("click", () => (pausedAt ? goOn() : pause()))
part("skip").addEventListener("click", skip)
part("stop").addEventListener("click", stop)
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState !== "visible" || !running) return
  keepAwake()
  look()
})
addEventListener("online", () => unsaved && send())
