// The stock look-up box is a text box without a name: it takes that of its field's label.
// Asked of jQuery, so that it comes after the stock script that makes the boxes.
if (window.django && window.django.jQuery) {
  window.django.jQuery(() => {
    for (const box of document.querySelectorAll(".select2-selection__rendered")) {
      const field = box.closest(".select2-container").previousElementSibling;
      const label = field && field.labels && field.labels[0];
      if (label) box.setAttribute("aria-label", label.textContent.trim());
    }
  });
}
