// A button that copies a code block. Only pages with code load this; without it, code can be selected by hand.
const { copy, copied } = document.currentScript.dataset
for (const block of navigator.clipboard ? document.querySelectorAll("div.highlight") : []) {
  const button = document.createElement("button")
  button.className = "hd-copy"
  button.textContent = copy
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.querySelector("code").textContent)
    button.textContent = copied
    setTimeout(() => { button.textContent = copy }, 2000)
  })
  block.append(button)
}
