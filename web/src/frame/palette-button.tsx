import { lazy, Suspense, useEffect, useState } from "react";
import { useWords } from "../i18n/i18n";
import { IconButton } from "../ui/button";

const Palette = lazy(() => import("../palette/palette"));

/** Opens the command palette; so does Ctrl or Cmd with K, wherever one is. */
export function PaletteButton() {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const [wanted, setWanted] = useState(false);

  useEffect(() => {
    const jump = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      // Not in front of another question.
      if (document.querySelector("[role=dialog], [role=alertdialog]") !== null && !open) return;
      event.preventDefault();
      event.stopPropagation();
      setWanted(true);
      setOpen((now) => !now);
    };
    // Before an editor takes the keys for itself.
    document.addEventListener("keydown", jump, { capture: true });
    return () => document.removeEventListener("keydown", jump, { capture: true });
  }, [open]);

  return (
    <>
      <IconButton
        icon="command"
        label={t("palette.open")}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        onClick={() => {
          setWanted(true);
          setOpen(true);
        }}
      />
      {wanted && (
        <Suspense fallback={null}>
          <Palette open={open} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
