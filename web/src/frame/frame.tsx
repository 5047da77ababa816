import { useEffect, type ReactNode } from "react";
import { Link, Outlet, useLocation, useNavigate } from "react-router";
import { Icon } from "../design/icons";
import { Mark } from "../design/mark";
import { useWords } from "../i18n/i18n";
import { capabilities } from "../session/capabilities";
import { useSession } from "../session/session";
import { Bell } from "../notices/bell";
import { IconButton } from "../ui/button";
import { Menu, MenuItem, MenuNote } from "../ui/menu";
import { Waiting } from "../ui/states";
import { LanguageChoice, LanguageMenu, SchemeChoice, SchemeMenu } from "./choices";
import styles from "./frame.module.css";
import { PaletteButton } from "./palette-button";
import { beyondBar, isAt, placesOf, type Place } from "./places";
import { Search } from "./search";

/** What stays while pages change: where one can go, search, and who one is. */
export function Frame() {
  const { t } = useWords();
  const { session } = useSession();
  const { pathname } = useLocation();
  const places = placesOf(capabilities(session));
  const beyond = beyondBar(places);
  return (
    <div className={styles.frame}>
      <a className={styles.skip} href="#content">
        {t("frame.skip")}
      </a>
      <header className={styles.top}>
        <Link to="/" className={styles.brand} aria-label={t("frame.home")}>
          <Mark size={26} />
          <span>Atalaya</span>
        </Link>
        {/* At home the search is part of the page. */}
        {pathname === "/" ? <div className={styles.search} /> : <Search />}
        <PaletteButton />
        <div className={styles.wide}>
          <LanguageMenu />
          <SchemeMenu />
        </div>
        <Bell />
        <PersonMenu />
      </header>
      <nav className={styles.rail} aria-label={t("frame.places")}>
        {places.map((place) => (
          <Link
            key={place.to}
            to={place.to}
            className={`${styles["place"]} ${isAt(place, pathname) ? styles["here"] : ""}`}
            title={t(`place.${place.name}`)}
            aria-current={isAt(place, pathname) ? "page" : undefined}
            data-place={place.name}
            data-beyond={beyond.includes(place) || undefined}
          >
            <Icon name={place.icon} size={18} />
            <span>{t(`place.${place.name}`)}</span>
          </Link>
        ))}
        {beyond.length > 0 && <Beyond places={beyond} here={beyond.some((place) => isAt(place, pathname))} />}
      </nav>
      <main className={styles.content} id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** The places that a narrow screen has no room for. */
function Beyond({ places, here }: { places: Place[]; here: boolean }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const trigger = (
    <button type="button" className={`${styles["place"]} ${styles.beyond} ${here ? styles["here"] : ""}`}>
      <Icon name="more" size={18} />
      <span>{t("frame.more")}</span>
    </button>
  );
  return (
    <Menu trigger={trigger}>
      {places.map((place) => (
        <MenuItem key={place.to} icon={place.icon} onClick={() => void navigate(place.to)}>
          {t(`place.${place.name}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}

function PersonMenu() {
  const { t } = useWords();
  const { session, signOut } = useSession();
  const navigate = useNavigate();
  const profiles = session.profiles.join(", ");
  return (
    <Menu trigger={<IconButton icon="person" label={t("frame.person", { user: session.user })} />}>
      <MenuNote>
        <strong>{session.user}</strong>
        <div className="soft small">{profiles === "" ? t("frame.noProfile") : profiles}</div>
      </MenuNote>
      <div className={styles.narrow}>
        <LanguageChoice />
        <SchemeChoice />
      </div>
      <MenuItem icon="person" onClick={() => void navigate("/me")}>
        {t("me.title")}
      </MenuItem>
      <MenuItem icon="out" onClick={() => void signOut()}>
        {t("frame.signOut")}
      </MenuItem>
    </Menu>
  );
}

/** The place of a page whose code is on its way. */
export function PageComing() {
  return (
    <div className={styles.page}>
      <Waiting rows={8} />
    </div>
  );
}

/** Names the tab and gives a page its measure; {@link wide} pages use all the room there is. */
export function Page({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Atalaya`;
  }, [title]);
  return <div className={wide ? styles.pageWide : styles.page}>{children}</div>;
}
