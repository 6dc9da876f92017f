// The search page. Engine and index are scripts and not fetched, so that the copy opened from a disk searches too.
// They are asked for at the first sign of a search: words in the address, or a key in the field.
(() => {
  const form = document.querySelector("[data-hd-ask]"), field = form.elements.q
  const told = document.querySelector(".hd-ask__told"), list = document.querySelector(".hd-found")
  const more = document.querySelector(".hd-found__more"), step = 20
  const word = /[\p{L}\p{N}]+/gu
  const plain = text => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
  let ready = null, found = [], shown = 0, marks = null

  const load = address => new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = address
    script.onload = resolve
    script.onerror = reject
    document.head.append(script)
  })

  const start = () => ready ??= Promise.all([load(form.dataset.hdEngine), load(form.dataset.hdIndex)]).then(() => {
    const { MiniSearch, stemmer } = hdEngine
    const engine = new MiniSearch({
      fields: ["title", "text"],
      storeFields: ["location", "kind", "title", "text", "boost"],
      tokenize: text => plain(text).match(word) ?? [],
      processTerm: term => stemmer(term),
      searchOptions: {
        boost: { title: 2 },
        boostDocument: (id, term, stored) => stored.boost ?? 1,
        prefix: (term, at, terms) => at === terms.length - 1 && term.length > 2, // the last word may be unfinished
      },
    })
    engine.addAll(__index.docs.map((each, id) => ({ id, ...each })))
    return { engine, stemmer }
  })

  // Where the words stand in a text: every word is tried as the engine tries it, by its stem.
  const marked = (text, limit) => {
    const parts = [], hits = []
    for (const match of text.matchAll(word)) if (marks(match[0])) hits.push([match.index, match.index + match[0].length])
    let from = 0, to = text.length
    if (limit && to > limit) {
      const first = hits.length ? hits[0][0] : 0
      from = first < limit * .7 ? 0 : text.indexOf(" ", Math.max(0, first - limit / 3)) + 1
      to = from + limit < text.length ? text.lastIndexOf(" ", from + limit) : to
    }
    if (from) parts.push("… ")
    for (const [start, end] of hits) {
      if (start < from || end > to) continue
      const mark = document.createElement("mark")
      mark.textContent = text.slice(start, end)
      parts.push(text.slice(from, start), mark)
      from = end
    }
    parts.push(text.slice(from, to), to < text.length ? " …" : "")
    return parts
  }

  const show = () => {
    for (const result of found.slice(shown, shown += step)) {
      const item = document.createElement("li"), kind = document.createElement("p"), link = document.createElement("a"), text = document.createElement("p")
      kind.className = "hd-found__kind"
      kind.textContent = result.kind
      link.href = form.dataset.hdRoot + result.location
      link.append(...marked(result.title))
      text.append(...marked(result.text, 240))
      item.append(kind, link, text)
      list.append(item)
    }
    more.hidden = shown >= found.length
  }

  const ask = async () => {
    const asked = field.value.trim()
    let loaded
    try { loaded = await start() } catch {
      told.textContent = told.dataset.hdFailed
      return
    }
    if (asked !== field.value.trim()) return // the reader typed on
    const { engine, stemmer } = loaded
    // All the words; if no place has them, all of them mistyped; if none has these, any of them.
    const fuzzy = term => term.length > 3 ? .25 : false
    found = []
    for (const options of [{ combineWith: "AND" }, { combineWith: "AND", fuzzy }, { fuzzy }]) if (asked && !found.length) found = engine.search(asked, options)
    const terms = new Set(found.flatMap(each => each.terms))
    marks = each => terms.has(stemmer(plain(each)))
    list.replaceChildren()
    shown = 0
    show()
    const words = found.length === 1 ? told.dataset.hdOne : found.length ? told.dataset.hdMany : told.dataset.hdNone
    told.textContent = asked ? words.replace("{count}", found.length).replace("{words}", asked) : ""
    const address = asked ? `?q=${encodeURIComponent(asked)}` : location.pathname
    try { history.replaceState(null, "", address) } catch { /* from a disk, some browsers refuse */ }
  }

  const given = new URLSearchParams(location.search).get("q")
  if (given) { field.value = given; ask() } else field.focus({ preventScroll: true }) // before anything is loaded for it

  let waiting = 0
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 120) })
  form.addEventListener("submit", event => { event.preventDefault(); clearTimeout(waiting); ask() })
  more.querySelector("button").addEventListener("click", () => {
    const next = shown
    show()
    list.children[next]?.querySelector("a").focus()
  })
})()
