// The player as a widget: what is stored as HTML, and its position and breakpoints
// shared with the kernel in both directions.
export default {
  render({ model, el }) {
    el.innerHTML = model.get("html");
    const root = el.firstElementChild;
    const move = () => root.dispatchEvent(new CustomEvent("player-to", { detail: { k: model.get("position"), stops: model.get("breakpoints") } }));
    const tell = ({ detail: { k, stops } }) => {
      model.set({ position: k, breakpoints: stops });
      model.save_changes();
    };
    let waiting;
    const begin = () => {
      // The player finds its element in the document, and measures it there.
      if (!el.isConnected) {
        waiting = requestAnimationFrame(begin);
        return;
      }
      PLAYER
      move();
      root.addEventListener("player-at", tell);
      model.on("change:position change:breakpoints", move);
    };
    begin();
    return () => {
      cancelAnimationFrame(waiting);
      model.off("change:position change:breakpoints", move);
    };
  },
};
