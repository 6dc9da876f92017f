// Comforts of every page. Without this script nothing is missing but them: colors follow the device, sources are listed
// under each note, and a citation can be selected by hand.
(() => {
  const root = document.documentElement
  const keep = (key, value) => { try { localStorage.setItem(key, value) } catch { /* a browser that keeps nothing */ } }
  const kept = key => { try { return localStorage.getItem(key) } catch { return null } }

  // Light or dark: the device's, until the reader says otherwise.
  const device = matchMedia("(prefers-color-scheme: dark)"), colors = document.querySelector("[data-hd-colors]")
  const dark = () => root.dataset.colors ? root.dataset.colors === "dark" : device.matches
  const tell = () => colors.setAttribute("aria-pressed", dark())
  colors.addEventListener("click", () => {
    keep("hd-colors", root.dataset.colors = dark() ? "light" : "dark")
    tell()
  })
  device.addEventListener("change", tell)
  tell()

  // Choices that a reader made once: kept in this browser only.
  for (const box of document.querySelectorAll("[data-hd-kept]")) {
    const key = `hd-${box.dataset.hdKept}`
    box.checked = kept(key) !== "off"
    box.addEventListener("change", () => keep(key, box.checked ? "on" : "off"))
  }

  // Copying a citation.
  for (const button of navigator.clipboard ? document.querySelectorAll("[data-hd-copy]") : []) {
    button.hidden = false
    const name = button.textContent
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.parentElement.previousElementSibling.textContent)
      button.textContent = button.dataset.hdCopied
      setTimeout(() => { button.textContent = name }, 2000)
    })
  }

  // Puts a box below a link, or above where there is more room, in line with it.
  const beside = (box, link, gap) => {
    const at = link.getBoundingClientRect(), size = box.getBoundingClientRect()
    const below = at.bottom + size.height + gap + 4 < innerHeight || at.top < size.height + gap + 4
    const left = root.dir === "rtl" ? at.right + 12 - size.width : at.left - 12
    box.style.top = `${scrollY + (below ? at.bottom + gap : at.top - size.height - gap)}px`
    box.style.left = `${scrollX + Math.max(16, Math.min(left, root.clientWidth - size.width - 16))}px`
  }

  // A reference beside the number that cites it, a definition beside a term: on hover, focus and tap; Escape puts it away
  // (WCAG 2.2, 1.4.13).
  let tip = null, cite = null, waiting = 0
  const hide = () => { tip?.remove(); tip = cite = null }
  const later = () => { clearTimeout(waiting); waiting = setTimeout(hide, 250) }
  const show = link => {
    clearTimeout(waiting)
    if (link === cite) return
    hide()
    cite = link
    tip = document.createElement("div")
    tip.className = "hd-tip"
    const term = link.dataset.hdTerm
    tip.setAttribute("aria-hidden", "true") // screen readers have the same words as the link's description
    tip.append(...term ? [term] : document.getElementById(link.hash.slice(1)).cloneNode(true).childNodes)
    for (const each of tip.querySelectorAll("a")) each.tabIndex = -1
    tip.addEventListener("pointerenter", () => clearTimeout(waiting))
    tip.addEventListener("pointerleave", later)
    document.body.append(tip)
    beside(tip, link, 4)
  }
  for (const link of document.querySelectorAll(".hd-cites a, [data-hd-term]")) {
    let touched = false
    if (link.dataset.hdTerm) link.ariaDescription = link.dataset.hdTerm
    else link.setAttribute("aria-describedby", link.hash.slice(1))
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
  // Escape and a click elsewhere also close an open citation.
  const fold = target => {
    for (const box of document.querySelectorAll(".hd-cite[open]")) {
      if (box.contains(target)) continue
      if (box.contains(document.activeElement)) box.firstElementChild.focus()
      box.open = false
    }
  }
  const search = document.querySelector(".hd-ask, .hd-find")?.elements.q
  addEventListener("keydown", event => {
    if (event.key === "Escape") hide(), fold(null), CSS.highlights?.clear()
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault()
      if (search.checkVisibility()) search.select()
      else document.querySelector(".hd-find-link").click() // its page begins in the field
    }
  })
  addEventListener("pointerdown", event => {
    if (tip && !tip.contains(event.target) && event.target !== cite) hide()
  })
  addEventListener("pointerup", event => fold(event.target)) // which a swipe does not end with

  // Verdict, finding and parts of a sentence beside its mark. Where popovers are not supported, the mark remains a link.
  const popover = document.querySelector(".hd-popover")
  if (popover?.showPopover) {
    const verdicts = new Map([...document.querySelectorAll(".hd-findings .hd-verdict")].map(link => [link.hash, link]))
    const [finding, below] = popover.children
    const full = document.createElement("a")
    full.autofocus = true
    popover.hidden = false
    let last, closing
    for (const mark of document.querySelectorAll(".hd-mark")) {
      const verdict = verdicts.get(mark.hash)
      if (!verdict) continue
      mark.setAttribute("aria-haspopup", "dialog")
      // Pressing outside of an open popover closes it, so that a click on its own mark would open it again.
      mark.addEventListener("pointerdown", () => { closing = last === mark && popover.matches(":popover-open") })
      mark.addEventListener("click", event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        if (closing && event.detail) return // 0: by the keyboard
        last = mark
        finding.replaceChildren(...[verdict.parentElement, verdict.parentElement.nextElementSibling].map(each => each.cloneNode(true)))
        const link = finding.querySelector("a"), name = document.createElement("span")
        name.className = "hd-verdict"
        name.append(...link.childNodes)
        link.replaceWith(name)
        full.href = verdict.href
        full.textContent = verdict.dataset.hdNote
        below.append(full)
        popover.setAttribute("aria-label", mark.getAttribute("aria-label"))
        mark.focus() // where focus returns to; Safari does not focus links on click
        popover.style.top = `${scrollY + mark.getBoundingClientRect().top}px` // before it gets the focus, which scrolls to it
        popover.showPopover()
        beside(popover, mark, 8)
      })
    }
    // The popover comes last in the document, but its mark's neighbors come next.
    popover.addEventListener("keydown", event => {
      if (event.key !== "Tab") return
      popover.hidePopover() // which returns the focus to the mark
      if (event.shiftKey) event.preventDefault()
    })
  }

  // A link into something folded unfolds it, in browsers that do not do so by themselves.
  const unfold = () => {
    const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
    const folded = target && target.closest("details:not([open])")
    if (folded) { folded.open = true; target.scrollIntoView() }
  }
  addEventListener("hashchange", unfold)
  unfold()

  // The contents stand open where there is a margin for them; the glossary's, which are its terms, always do.
  const contents = document.querySelector("[data-hd-contents]")
  if (contents && !contents.dataset.hdContents) contents.open = matchMedia("(min-width: 76.25em)").matches

  // The section being read: the last heading above the upper third of the window, or above its end at the end of the page.
  const parts = [...document.querySelectorAll(".hd-contents a")].map(link => [link, document.getElementById(link.hash.slice(1))]).reverse()
  const place = () => {
    const line = Math.max(innerHeight / 3, innerHeight - (root.scrollHeight - innerHeight - scrollY))
    const here = parts.find(([, heading]) => heading.getBoundingClientRect().top < line)
    for (const [link] of parts) link === here?.[0] ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current")
  }
  for (const type of parts.length ? ["scroll", "resize"] : []) addEventListener(type, place, { passive: true })
  place()

  // The way back to the top: while scrolling up only, so that it covers nothing that is being read.
  const way = document.querySelector(".hd-top")
  let from = scrollY
  way.hidden = true
  addEventListener("scroll", () => {
    if (Math.abs(scrollY - from) < 8) return // a finger that rests
    way.hidden = scrollY > from
    from = scrollY
  }, { passive: true })

  // The words of the search that led here, except where a sentence's parts have the colors of their verdicts. A highlight changes nothing in the page; browsers without it show none.
  const found = new URLSearchParams(location.search).get("q")?.match(/[\p{L}\p{N}]+/gu)
  if (found && CSS.highlights && !search?.matches(".hd-ask *")) {
    const words = new RegExp(`(?<![\\p{L}\\p{N}])(?:${found.join("|")})(?![\\p{L}\\p{N}])`, "giu"), hits = new Highlight()
    const texts = document.createTreeWalker(document.getElementById("content"), NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) if (!texts.currentNode.parentElement.closest(".hd-claim__words")) for (const { index, 0: { length } } of texts.currentNode.data.matchAll(words)) hits.add(new StaticRange({ startContainer: texts.currentNode, startOffset: index, endContainer: texts.currentNode, endOffset: index + length }))
    CSS.highlights.set("hd-found", hits)
  }
})()
