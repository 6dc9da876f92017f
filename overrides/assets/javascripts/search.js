// The search page. Engine and index are scripts and not fetched, so that the copy opened from a disk searches too.
// They are asked for at the first sign of a search: words in the address, or a key in the field.
(() => {
  const form = document.querySelector("[data-hd-ask]"), field = form.elements.q
  const status = document.querySelector(".hd-ask__status"), list = document.querySelector(".hd-found")
  const filters = [...form.elements.kind]
  const more = document.querySelector(".hd-found__more"), step = 20
  const word = /[\p{L}\p{N}]+/gu
  // Spellings that mean one word: accents, British endings, and the Arabic article and its interchangeable letters.
  const plain = text => text.normalize("NFKD").replace(/[\p{M}ـ]/gu, "").toLowerCase().replace(/ı/g, "i")
    .replace(/\b(u)\.(s)\./g, "$1$2").replace(/(?<!\p{L})ال(?=\p{L}{2})/gu, "").replaceAll("ة", "ه").replaceAll("ى", "ي")
  const american = term => term.replace(/^(program)me/, "$1").replace(/^(israel|iraq|kuwait|pakistan|qatar)is?$/, "$1").replace(/^(def|off|lic|pret)ence/, "$1ense").replace(/^(cent|fib|theat)re/, "$1er")
    .replace(/^(lab|col|fav|hon|behavi|neighb|harb|rum|vig)our/, "$1or").replace(/([a-z]{3}[^aeiouv])is(e[drs]?|ing|ation|ations)$/, "$1iz$2").replace(/lys(e[ds]?|ing)$/, "lyz$1").replace(/^p?aed(?=iatr)/, "ped")
  let ready = null, found = [], shown = 0, marks = null, limited = false

  const load = address => new Promise((resolve, reject) => {
    const script = document.createElement("script")
    script.src = address
    script.onload = resolve
    script.onerror = reject
    document.head.append(script)
  })

  const start = () => ready ??= Promise.all([load(form.dataset.hdEngine), load(form.dataset.hdIndex)]).then(() => {
    const { MiniSearch, stemmer } = hdEngine
    const spelled = {}, stem = term => stemmer(american(term))
    const engine = new MiniSearch({
      fields: ["title", "names", "text", "also"],
      extractField: (entry, field) => Array.isArray(entry[field]) ? entry[field].join(" ") : entry[field],
      storeFields: ["location", "kind", "group", "title", "text", "boost"],
      tokenize: text => plain(text).match(word) ?? [],
      processTerm: stem,
      searchOptions: {
        boost: { title: 2, names: 2, also: .5 },
        boostDocument: (id, term, stored) => stored.boost ?? 1,
        prefix: (term, at, terms) => at === terms.length - 1 && term.length > 2, // the last word may be unfinished
      },
    })
    engine.addAll(__index.docs.map((each, id) => ({ id, ...each })))
    for (const each of __index.docs) for (const [term] of `${each.title} ${each.text}`.matchAll(word)) spelled[stem(plain(term))] ??= plain(term)
    const ignored = new Set(__index.ignored)
    const words = text => (plain(text).match(word) ?? [])
    // The words that carry the question; all of them where nothing else is left, as in "WHO".
    const asked = text => {
      const all = words(text), kept = all.filter(each => !ignored.has(each))
      return kept.length ? kept : all
    }
    const key = text => stem(words(text).join(""))
    return { engine, stem, spelled, ignored, words, asked, key }
  })

  // Where the words stand in a text: every word is tried as the engine tries it, by its stem.
  const marked = (text, limit, fromStart) => {
    const parts = [], hits = []
    for (const match of text.matchAll(word)) if (marks(match[0])) hits.push([match.index, match.index + match[0].length])
    let from = 0, to = text.length
    if (limit && to > limit) {
      const first = hits.length ? hits[0][0] : 0
      from = fromStart || first < limit * .7 ? 0 : text.indexOf(" ", Math.max(0, first - limit / 3)) + 1
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

  // The words found there go along in the address, so that the page can highlight them; not beside the colors of verdicts.
  const address = ({ location, title, text, group }) => {
    const [page, fragment] = location.split("#"), hits = new Set(`${title} ${text}`.match(word).filter(marks).map(each => each.toLowerCase()))
    return form.dataset.hdRoot + page + (hits.size && group !== "sentences" ? `?q=${encodeURIComponent([...hits].slice(0, 12).join(" "))}` : "") + (fragment ? `#${fragment}` : "")
  }

  // Suggestions: the pages and terms whose names match (ARIA Authoring Practices Guide, combobox with list autocomplete).
  const options = document.getElementById("suggestions")
  let active = -1
  const choose = index => {
    active = index;
    [...options.children].forEach((each, at) => each.setAttribute("aria-selected", at === index))
    if (index < 0) return field.removeAttribute("aria-activedescendant")
    field.setAttribute("aria-activedescendant", options.children[index].id)
    options.children[index].scrollIntoView({ block: "nearest" })
  }
  const suggest = results => {
    options.replaceChildren(...results.map((result, at) => {
      const option = document.createElement("li"), kind = document.createElement("span")
      option.id = `suggestion-${at}`
      option.role = "option"
      kind.textContent = result.kind
      option.append(...marked(result.title), " ", kind)
      option.addEventListener("click", () => { location.href = address(result) })
      return option
    }))
    options.hidden = !results.length
    field.setAttribute("aria-expanded", !options.hidden)
    choose(-1)
    status.querySelector("span")?.remove()
    if (!results.length) return
    const count = document.createElement("span")
    count.className = "hd-hidden"
    count.textContent = ` ${status.dataset.hdSuggested.replace("{count}", results.length)}`
    status.append(count)
  }

  const show = () => {
    for (const result of found.slice(shown, shown += step)) {
      const item = document.createElement("li"), kind = document.createElement("p"), link = document.createElement("a"), text = document.createElement("p")
      kind.className = "hd-found__kind"
      kind.textContent = result.kind
      link.href = address(result)
      link.append(...marked(result.title))
      link.classList.toggle("hd-serif", result.group === "sentences") // the essays' words
      text.classList.toggle("hd-serif", /^essays\/.*#/.test(result.location))
      text.append(...marked(result.text, 240, result.group === "sentences"))
      item.append(kind, link, text)
      list.append(item)
    }
    more.hidden = shown >= found.length
  }

  const ask = async ({ typed, filtered } = {}) => {
    const asked = field.value.trim()
    let loaded
    try { loaded = await start() } catch {
      status.textContent = status.dataset.hdFailed
      return
    }
    if (asked !== field.value.trim()) return // the reader typed on
    const { engine, stem, spelled, ignored, words, asked: content, key } = loaded
    let kept = content(asked), corrected = ""
    // "sources on vaccines" asks for one kind of result.
    const [first, second, ...rest] = words(asked)
    const kind = rest.length && ignored.has(second) && filters.find(each => each.value === first)
    if (kind) kept = content(rest.join(" "))
    if (!filtered && (kind || limited)) (kind || filters[0]).checked = true
    limited = !!kind
    const all = { combineWith: "AND" }
    found = engine.search(kept.join(" "), all)
    if (!found.length) {
      // No place has all the words: each unknown one is taken for the nearest known one, then any of them is enough.
      const right = kept.map(each => {
        if (each.length < 5 || engine.search(each, all).length) return each
        const [near] = [1, 2].slice(0, each.length > 6 ? 2 : 1).map(fuzzy => engine.search(each, { fuzzy, prefix: false, boostDocument: () => 1 })[0]).filter(Boolean)
        return near ? spelled[near.terms[0]] ?? each : each
      })
      if (right.join() !== kept.join()) corrected = right.join(" ")
      for (const options of [all, {}]) if (!found.length) found = engine.search(right.join(" "), options)
    }
    // An exact name beats any text.
    const exactly = [key(asked), key(corrected || kept.join(" "))].filter(Boolean)
    const exact = found.filter(each => [each.title, ...__index.docs[each.id].names ?? []].some(name => exactly.includes(key(name))))
    // Of two, first the topic that is called so, and first the term that is also called so.
    const titled = each => exactly.includes(key(each.title))
    exact.sort((one, other) => other.boost - one.boost || titled(other) - titled(one)
      || !titled(one) && one.group.localeCompare(other.group) || one.id - other.id)
    // A sentence with all the words comes before its paragraph, as it has a verdict.
    const sentences = kept.length < 2 ? [] : found.filter(({ group, title }) => {
      const stems = words(title).map(stem)
      return group === "sentences" && kept.every(each => stems.includes(stem(each)))
    })
    const within = paragraph => sentences.filter(each => each.location.split("#")[1].startsWith(`${paragraph.location.split("#")[1]}-`))
    found = [...new Set([...exact, ...found.flatMap(each => [...within(each), each])])]
    const group = filters.find(each => each.checked)?.value
    if (group) found = found.filter(each => each.group === group)
    const terms = new Set(found.flatMap(each => each.terms))
    marks = each => terms.has(stem(plain(each)))
    list.replaceChildren()
    shown = 0
    show()
    const message = found.length === 1 ? status.dataset.hdOne : found.length ? status.dataset.hdMany : status.dataset.hdNone
    status.textContent = asked ? [corrected && found.length ? status.dataset.hdCorrected.replace("{asked}", asked).replace("{words}", corrected) : "", message.replace("{count}", found.length).replace("{words}", found.length && corrected || asked)].join(" ").trim() : ""
    const titles = new Set(), names = typed && asked && document.activeElement === field
      ? [...exact.filter(each => each.group !== "sentences"), ...engine.search(corrected || kept.join(" "), { ...all, fields: ["title", "names"], filter: each => each.group === "text" || each.group === "terms" })].map(each => each.id) : []
    const repeats = ({ group, title }) => titles.has(group + title) || !titles.add(group + title) // the paragraphs of an essay
    suggest(found.filter(each => names.includes(each.id) && !repeats(each)).slice(0, 6))
    const address = new URLSearchParams({ q: asked, ...(group && { kind: group }) })
    try { history.replaceState(null, "", asked ? `?${address}` : location.pathname) } catch { /* from a disk, some browsers refuse */ }
  }

  const given = new URLSearchParams(location.search), limit = filters.find(each => each.value === given.get("kind"))
  if (limit) limit.checked = true
  if (given.get("q")) { field.value = given.get("q"); ask({ filtered: !!limit }) } else field.focus({ preventScroll: true }) // before anything is loaded for it

  let waiting = 0
  field.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 120, { typed: true }) })
  field.addEventListener("blur", () => suggest([]))
  field.addEventListener("keydown", event => {
    const last = options.children.length - 1
    if (last < 0 || event.isComposing) return
    if (event.key === "ArrowDown") choose(active < last ? active + 1 : -1)
    else if (event.key === "ArrowUp") choose(active < 0 ? last : active - 1)
    else if (event.key === "Enter" && active >= 0) options.children[active].click()
    else if (event.key === "Escape") suggest([])
    else return
    event.preventDefault()
  })
  options.addEventListener("pointerdown", event => event.preventDefault()) // the field keeps the focus
  for (const each of filters) each.addEventListener("change", () => ask({ filtered: true }))
  form.addEventListener("submit", event => { event.preventDefault(); clearTimeout(waiting); ask() })
  more.querySelector("button").addEventListener("click", () => {
    const next = shown
    show()
    list.children[next]?.querySelector("a").focus()
  })
})()
