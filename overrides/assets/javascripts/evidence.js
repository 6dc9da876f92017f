// The evidence's comforts. Without this script nothing is missing but them: sources are listed under each note,
// claims under each verdict, and a citation can be selected by hand.
(() => {
  // Choices that a reader made once: kept in this browser only.
  for (const box of document.querySelectorAll("[data-hd-kept]")) {
    const key = `hd-${box.dataset.hdKept}`
    try {
      box.checked = localStorage.getItem(key) !== "off"
      box.addEventListener("change", () => localStorage.setItem(key, box.checked ? "on" : "off"))
    } catch { /* a browser that keeps nothing */ }
  }

  // Copying a citation.
  for (const button of navigator.clipboard ? document.querySelectorAll("[data-hd-copy]") : []) {
    button.hidden = false
    const name = button.textContent
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.nextElementSibling.textContent)
      button.textContent = button.dataset.hdCopied
      setTimeout(() => { button.textContent = name }, 2000)
    })
  }

  // A reference beside the number that cites it: on hover, focus and tap; Escape puts it away (WCAG 2.2, 1.4.13).
  let tip = null, cite = null, waiting = 0
  const hide = () => { tip?.remove(); tip = cite = null }
  const show = link => {
    clearTimeout(waiting)
    if (link === cite) return
    hide()
    cite = link
    tip = document.createElement("div")
    tip.className = "hd-tip"
    tip.setAttribute("aria-hidden", "true") // screen readers have the same words as the link's description
    tip.append(...document.getElementById(link.hash.slice(1)).cloneNode(true).childNodes)
    for (const each of tip.querySelectorAll("a")) each.tabIndex = -1
    tip.addEventListener("pointerenter", () => clearTimeout(waiting))
    tip.addEventListener("pointerleave", later)
    document.body.append(tip)
    const at = link.getBoundingClientRect(), size = tip.getBoundingClientRect()
    const below = at.bottom + size.height + 8 < innerHeight || at.top < size.height + 8
    tip.style.top = `${scrollY + (below ? at.bottom + 4 : at.top - size.height - 4)}px`
    tip.style.left = `${scrollX + Math.max(8, Math.min(at.left - 12, document.documentElement.clientWidth - size.width - 8))}px`
  }
  const later = () => { clearTimeout(waiting); waiting = setTimeout(hide, 250) }
  for (const link of document.querySelectorAll(".hd-cites a")) {
    let touched = false
    link.addEventListener("pointerenter", event => { if (event.pointerType === "mouse") show(link) })
    link.addEventListener("pointerleave", event => { if (event.pointerType === "mouse") later() })
    link.addEventListener("pointerdown", event => { touched = event.pointerType !== "mouse" && link !== cite })
    link.addEventListener("click", event => { // the first tap shows, the second follows
      if (touched) event.preventDefault(), show(link)
      else hide()
    })
    link.addEventListener("focus", () => show(link))
    link.addEventListener("blur", later)
  }
  addEventListener("keydown", event => { if (event.key === "Escape") hide() })
  addEventListener("pointerdown", event => { if (tip && !tip.contains(event.target) && event.target !== cite) hide() })

  // A link into folded sources unfolds them, in browsers that do not do so by themselves.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    const folded = target && target.closest("details:not([open])")
    if (folded) { folded.open = true; target.scrollIntoView() }
  }
  addEventListener("hashchange", unfold)
  unfold()

  // Filters: the address keeps what was chosen, so that it can be shared.
  const finder = document.querySelector("[data-hd-finder]")
  if (!finder) return
  const claims = [...document.querySelectorAll(".hd-claim")]
  const told = finder.querySelector("output"), reset = finder.querySelector("button")
  const apply = () => {
    const { verdict, topic, kind } = Object.fromEntries(new FormData(finder))
    let count = 0
    for (const claim of claims) {
      const { verdict: own, topics, kinds } = claim.dataset
      claim.hidden = !!(verdict && own !== verdict || topic && !topics.split(" ").includes(topic) || kind && !kinds.split(" ").includes(kind))
      count += !claim.hidden
    }
    for (const heading of document.querySelectorAll(".md-content__inner > h2.hd-serif")) {
      let next = heading.nextElementSibling, any = false
      while (next?.matches(".hd-claim")) { any ||= !next.hidden; next = next.nextElementSibling }
      heading.hidden = !any
    }
    reset.hidden = !(verdict || topic || kind)
    told.textContent = `${count} ${told.dataset.hdOf} ${claims.length} ${told.dataset.hdShown}`
  }
  const remember = () => {
    const chosen = new URLSearchParams([...new FormData(finder)].filter(([, value]) => value))
    try { history.replaceState(null, "", `${location.pathname}${chosen.size ? `?${chosen}` : ""}${location.hash}`) } catch { /* from a disk, some browsers refuse */ }
  }
  for (const [name, value] of new URLSearchParams(location.search)) {
    const field = finder.elements[name]
    if (field && [...field.options].some(option => option.value === value)) field.value = value
  }
  finder.addEventListener("change", () => { apply(); remember() })
  finder.addEventListener("reset", () => setTimeout(() => { apply(); remember(); finder.querySelector("select").focus() }))
  finder.hidden = false
  apply()
  // A link to a claim that the filters hide shows it again.
  addEventListener("hashchange", () => {
    if (document.getElementById(location.hash.slice(1))?.closest(".hd-claim[hidden]")) finder.reset()
  })
})()
