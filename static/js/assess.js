// The leg ruler: the picture sets the number, the number moves the ring. An untouched picture records nothing.
for (const picture of document.querySelectorAll("[data-sets]")) {
  const number = document.getElementById(picture.dataset.sets);
  picture.addEventListener("input", () => {
    number.value = picture.value;
  });
  number.addEventListener("input", () => {
    if (number.value !== "") picture.value = number.value;
  });
  // A press on the ring where it already stands is an answer too, but changes no value.
  picture.addEventListener("pointerup", () => {
    if (number.value !== "") return;
    number.value = picture.value;
    number.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
