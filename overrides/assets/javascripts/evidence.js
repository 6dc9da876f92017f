// Finding a sentence by verdict, topic and kind of source. Without this script the lists of anchors do the same.
(() => {
  // Filters: the address keeps what was chosen, so that it can be shared.
  const finder = document.querySelector("[data-hd-finder]")
  const claims = [...document.querySelectorAll(".hd-rows > li")]
  const status = finder.querySelector("output"), reset = finder.querySelector("button")
  const apply = () => {
    const { verdict, topic, kind } = Object.fromEntries(new FormData(finder))
    let count = 0
    for (const claim of claims) {
      const { verdict: own, topics, kinds } = claim.dataset
      claim.hidden = !!(verdict && own !== verdict || topic && !topics.split(" ").includes(topic) || kind && !kinds.split(" ").includes(kind))
      count += !claim.hidden
    }
    for (const list of document.querySelectorAll(".hd-rows")) list.hidden = list.previousElementSibling.hidden = !list.querySelector("li:not([hidden])")
    reset.hidden = !(verdict || topic || kind)
    status.textContent = `${count} ${status.dataset.hdOf} ${claims.length} ${status.dataset.hdShown}`
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
    if (document.getElementById(location.hash.slice(1))?.matches(".hd-rows > li[hidden]")) finder.reset()
  })
})()
