// Entries that wait on this phone for the line to come back. Used by the pages and by the worker, so it is no module.
// An entry leaves only when the server says that exactly this one is stored. Nothing else counts as saved.
self.plimsollQueue = (() => {
  const OWNER = "X-Plimsoll-Queue"
  const PATIENCE = 20000 // milliseconds that one entry may take
  const news = "BroadcastChannel" in self ? new BroadcastChannel("plimsoll") : null

  const asked = request => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

  let opened = null
  const database = () => opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("plimsoll", 1)
    request.onupgradeneeded = () => {
      request.result.createObjectStore("entries", { keyPath: "id" })
      request.result.createObjectStore("about", { keyPath: "key" })
    }
    request.onsuccess = () => {
      request.result.onversionchange = () => { request.result.close(); opened = null }
      resolve(request.result)
    }
    request.onerror = () => { opened = null; reject(request.error) }
  })

  // One short transaction; it is done when the disk has it.
  const change = async (store, act, durability = "strict") => {
    const transaction = (await database()).transaction(store, "readwrite", { durability })
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve
      transaction.onabort = transaction.onerror = () => reject(transaction.error)
    })
    act(transaction.objectStore(store))
    await done
  }

  const all = async () => asked((await database()).transaction("entries").objectStore("entries").getAll())
  const of = async owner => (await all()).filter(one => one.owner === owner).sort((a, b) => a.toldAt < b.toldAt ? -1 : 1)

  // What a page goes on with after it was closed or loaded anew; it leaves the phone with the account.
  const noted = async key => await asked((await database()).transaction("about").objectStore("about").get(key)) ?? null
  // Only in the account whose phone this is now: a page left open behind a sign-out notes nothing more.
  const note = (key, value) => change("about", store => {
    store.get("own").onsuccess = ({ target }) => { if (target.result?.owner === value.owner) store.put({ ...value, key }) }
  }, "relaxed")
  const drop = key => change("about", store => store.delete(key))

  // Whose phone this is now: { owner, sides }, or null.
  const own = () => noted("own")
  const introduce = who => change("about", store => store.put({ ...who, key: "own" }))

  // What waits of the account whose phone this is.
  const mine = async () => {
    const who = await own()
    return who ? of(who.owner) : []
  }

  // At sign-out nothing of this account stays; what waits for another one is theirs.
  const clear = async () => {
    for (const entry of await mine()) await change("entries", store => store.delete(entry.id))
    await change("about", store => store.clear())
  }

  // To the other pages and the worker, and to this one.
  const tell = async () => {
    news?.postMessage("changed")
    self.dispatchEvent(new Event("plimsoll:queue"))
  }

  // { id, owner, path, answers: [[name, value]], toldAt }
  const keep = async entry => {
    await change("entries", store => store.put({ look: false, ...entry }))
    await tell()
  }
  const forget = async id => {
    await change("entries", store => store.delete(id))
    await tell()
  }

  // Whose session this is, and the token of now: it changes with every sign-in.
  const session = async () => {
    const answer = await fetch("/me/queue/", { redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })
    if (!answer.ok) return null
    const word = await said(answer)
    return word.owner && word.token ? word : null
  }

  const send = (entry, { owner, token }) => fetch(entry.path, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
    headers: { "X-CSRFToken": token, [OWNER]: owner },
    body: new URLSearchParams([...entry.answers.filter(([name]) => !["csrfmiddlewaretoken", "client_id", "told_at"].includes(name)),
      ["client_id", entry.id], ["told_at", entry.toldAt]]),
  })

  const said = async answer => {
    try { return await answer.json() } catch { return {} }
  }

  // "stored", "look" (a person has to see it), "later" (the server stumbled over this one), or "wait".
  const tryOne = async (entry, now) => {
    let answer = await send(entry, now)
    if (answer.status === 403) { // the token was of an earlier sign-in
      const again = await session()
      if (again?.owner !== entry.owner) return "wait"
      Object.assign(now, again)
      answer = await send(entry, now)
    }
    const word = await said(answer)
    if (answer.ok && word.stored === entry.id) return "stored"
    if (word.look === true || [400, 413].includes(answer.status)) return "look"
    return answer.status >= 500 ? "later" : "wait"
  }

  const unsent = entries => entries.filter(one => !one.look)

  const waiting = async () => unsent(await mine()).length > 0

  const work = async () => {
    if (!unsent(await all()).length) return
    const now = await session()
    if (!now) return
    const later = new Set() // they must not hold up the others: one of those may be urgent
    const next = async () => unsent(await of(now.owner)).filter(one => !later.has(one.id))
    for (let batch; (batch = await next()).length;) { // again, for what was kept meanwhile
      for (const entry of batch) {
        const outcome = await tryOne(entry, now)
        if (outcome === "stored") await change("entries", store => store.delete(entry.id))
        else if (outcome === "look") await change("entries", store => store.put({ ...entry, look: true }))
        else if (outcome === "later") later.add(entry.id)
        else return
      }
    }
  }

  // Sends what waits, once at a time on this phone; resolves when there is no more to try now.
  const flush = async () => {
    try {
      if (navigator.locks) await navigator.locks.request("plimsoll-flush", { ifAvailable: true }, lock => lock && work())
      else await work()
    } catch (problem) {
      if (!["TypeError", "AbortError", "TimeoutError"].includes(problem?.name)) throw problem // no line: later
    } finally {
      await tell()
    }
  }

  return { keep, forget, of, mine, all, waiting, own, introduce, note, noted, drop, clear, flush, news }
})()
