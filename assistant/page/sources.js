// Runs once, with `element` being the panel of sources and `watch` telling of changes by the server.
//
// Each reply in the chat carries its sources in a hidden part, cleaned by the chat's own sanitiser. This
// script copies them into the panel: those of the newest reply as they come, those of any reply when one
// of its citation numbers is chosen. The chat belongs to the server, the panel's content to this script.

let chat;
const find = (selector) => element.querySelector(selector);
const replies = () => Array.from(chat?.querySelectorAll(".ft-reply") ?? []);

// Which reply the panel shows, the sources it copied, and the citation chosen in it, as `passage.quotation`.
let shown = { reply: -1, html: "", choice: "" };
let questions = 0;
let following = false;

function copySources(reply) {
  const sources = replies()[reply]?.querySelector(".sources");
  const html = sources?.innerHTML ?? "";
  if (reply === shown.reply && html === shown.html) return;
  const opened = reply === shown.reply ? openPassages() : [];
  const content = find(".content");
  content.replaceChildren(...(sources ? sources.cloneNode(true).childNodes : []));
  content.lang = sources?.lang ?? "";
  shown = { reply, html, choice: reply === shown.reply ? shown.choice : "" };
  opened.forEach((passage) => find("." + passage)?.setAttribute("open", ""));
  emphasise();
  if (!opened.length) find(shown.choice ? ".passage.chosen" : ".content > .passage")?.setAttribute("open", "");
}

// The class that numbers a passage, such as `passage-2`, for every passage that is open.
function openPassages() {
  return Array.from(element.querySelectorAll(".passage[open]"), (passage) => passage.classList[1]);
}

function emphasise() {
  const [passage, quotation] = shown.choice.split(".");
  const chosen = (node, is) => node.classList.toggle("chosen", is);
  element.querySelectorAll(".passage").forEach((node) => chosen(node, node.matches(`.passage-${passage}`)));
  element.querySelectorAll("mark").forEach((node) => chosen(node, node.matches(`.quotation-${quotation}`)));
  replies().forEach((reply, index) =>
    reply.querySelectorAll(".cite").forEach((node) => {
      const is = index === shown.reply && node.value === shown.choice;
      chosen(node, is);
      node.setAttribute("aria-pressed", String(is));
    })
  );
  find(".bar").hidden = !shown.choice;
  find(".empty").hidden = find(".content").hasChildNodes();
}

function choose(button) {
  following = false;
  copySources(replies().indexOf(button.closest(".ft-reply")));
  shown.choice = button.value;
  emphasise();
  const passage = find(".passage.chosen");
  if (!passage) return element.scrollIntoView({ block: "start" });
  passage.open = true;
  const others = passage.closest(".others");
  if (others) others.open = true;
  passage.querySelector("summary").focus({ preventScroll: true });
  passage.scrollIntoView({ block: "start" });
  passage.querySelector("mark.chosen")?.scrollIntoView({ block: "nearest" });
}

function returnToAnswer() {
  const reply = replies()[shown.reply];
  const button = reply?.querySelector(".cite.chosen") ?? reply?.querySelector(".all-sources");
  button?.closest("details")?.setAttribute("open", "");
  button?.focus({ preventScroll: true });
  button?.scrollIntoView({ block: "center" });
}

// A new question is brought to the top, so that its answer is read from its beginning. The reader's own
// scrolling is never overruled.
function keepQuestionInView() {
  const asked = chat.querySelectorAll(".user-row");
  if (asked.length !== questions) following = asked.length > questions;
  questions = asked.length;
  if (following) asked[asked.length - 1].scrollIntoView({ block: "start" });
}

function followChat() {
  const newest = replies().length - 1;
  const isNew = newest !== followChat.newest;
  followChat.newest = newest;
  if (isNew || shown.reply === newest) copySources(newest);
  emphasise();
  keepQuestionInView();
  const working = chat.querySelector(".working") !== null;
  chat.querySelector("[role=log]")?.setAttribute("aria-busy", String(working));
  // Gradio labels each message with its own source text, which a screen reader would read out as HTML.
  chat.querySelectorAll("[data-testid][aria-label]").forEach((node) => node.removeAttribute("aria-label"));
}

// On a touch screen the keyboard would cover the answer.
function returnToTyping() {
  if (matchMedia("(pointer: fine)").matches) document.querySelector("#ft-question textarea")?.focus();
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.(
    "#ft-chat .cite, #ft-chat .all-sources, .ft-panel .back, #ft-question button, .ft-welcome .example, #ft-new"
  );
  if (!target) return;
  if (target.matches(".cite, .all-sources")) choose(target);
  else if (target.matches(".back")) returnToAnswer();
  else returnToTyping();
});
element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") returnToAnswer();
});
["wheel", "touchmove", "pointerdown", "keydown"].forEach((name) =>
  document.addEventListener(name, () => (following = false), { passive: true })
);
watch("value", () => {
  shown.html = null;
  copySources(shown.reply);
});

// The chat may be put on the page after the panel.
function begin() {
  chat = document.getElementById("ft-chat");
  if (!chat) return requestAnimationFrame(begin);
  new MutationObserver(followChat).observe(chat, { childList: true, subtree: true });
  followChat();
}
begin();
