// Opens Material's search from a real button, as its own opener is a label that no keyboard can reach,
// and puts the focus back where it was. Without this script the buttons stay hidden: search cannot work.
(() => {
  const toggle = document.getElementById("__search")
  let opener = null
  for (const button of document.querySelectorAll("[data-hd-search]")) {
    button.hidden = false
    button.addEventListener("click", () => {
      opener = button
      if (!toggle.checked) toggle.click()
      document.forms.search.query.focus()
    })
  }
  toggle.addEventListener("change", () => {
    if (toggle.checked) return
    opener?.focus()
    opener = null
  })
})()
