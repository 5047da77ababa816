import { useQuery } from "@tanstack/react-query";
import { useId, useState, type ReactNode } from "react";
import { datasetFacets, type CatalogSearch } from "../api/queries";
import type { Facet, Zone } from "../api/types";
import { useWords } from "../i18n/i18n";
import type { MessageKey } from "../i18n/translate";
import { Button } from "../ui/button";
import styles from "./catalog.module.css";
import { toggled } from "./search";
import { ZoneMark, zones } from "./zone";

const SHOWN = 6;
const NONE: Facet = { values: [], others: 0 };

interface Props {
  search: CatalogSearch;
  onChange(search: CatalogSearch): void;
}

/** How what was found spreads, and the choice of a part of it. Each number says what choosing it would leave. */
export function Facets({ search, onChange }: Props) {
  const { t } = useWords();
  const found = useQuery(datasetFacets(search));
  const facets = found.data;
  const set = (name: "zone" | "database" | "owner" | "access" | "certified") => (value: string) => {
    const { [name]: _, ...others } = search;
    onChange(value === "" ? others : { ...others, [name]: value });
  };
  const tags = search.tag ?? [];
  const count = (facet: Facet | undefined, value: string) => (facet === undefined ? null : (facet.values.find((each) => each.value === value)?.count ?? 0));
  return (
    <>
      <fieldset className={styles.facet}>
        <legend>{t("catalog.zone")}</legend>
        <Option type="radio" group="zone" checked={search.zone === undefined} count={null} onChange={() => set("zone")("")}>
          {t("zone.all")}
        </Option>
        {zones.map((zone) => (
          <Option key={zone} type="radio" group="zone" checked={search.zone === zone} count={count(facets?.zone, zone)} onChange={() => set("zone")(zone)}>
            <ZoneMark zone={zone as Zone} />
          </Option>
        ))}
      </fieldset>
      <fieldset className={styles.facet}>
        <legend>{t("catalog.access")}</legend>
        {(["", "read", "ask"] as const).map((access) => (
          <Option
            key={access}
            type="radio"
            group="access"
            checked={(search.access ?? "") === access}
            count={access === "" ? null : count(facets?.access, access)}
            onChange={() => set("access")(access)}
          >
            {t(`catalog.access.${access === "" ? "any" : access}`)}
          </Option>
        ))}
      </fieldset>
      <fieldset className={styles.facet}>
        <legend>{t("catalog.certified")}</legend>
        {(["", "yes", "no"] as const).map((certified) => (
          <Option
            key={certified}
            type="radio"
            group="certified"
            checked={(search.certified ?? "") === certified}
            count={certified === "" ? null : count(facets?.certified, certified)}
            onChange={() => set("certified")(certified)}
          >
            {t(certified === "" ? "catalog.access.any" : `catalog.certified.${certified}`)}
          </Option>
        ))}
      </fieldset>
      <Values title="catalog.database" facet={facets?.database ?? NONE} chosen={search.database} onChange={set("database")} />
      <Values title="catalog.owner" facet={facets?.owner ?? NONE} chosen={search.owner} onChange={set("owner")} />
      <Values title="catalog.tags" facet={facets?.tag ?? NONE} chosen={tags} onChange={(tag) => onChange({ ...search, tag: toggled(tags, tag) })} />
    </>
  );
}

interface ValuesProps {
  title: MessageKey;
  facet: Facet;
  chosen: string | string[] | undefined;
  onChange(value: string): void;
}

/** Values that nobody knows beforehand, the most frequent first; a second press takes a choice back. */
function Values({ title, facet, chosen, onChange }: ValuesProps) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const many = Array.isArray(chosen);
  const picked = many ? chosen : chosen === undefined ? [] : [chosen];
  const listed = facet.values.filter(({ value }, i) => all || i < SHOWN || picked.includes(value));
  const missing = picked.filter((value) => !facet.values.some((each) => each.value === value));
  if (listed.length + missing.length === 0) return null;
  return (
    <fieldset className={styles.facet}>
      <legend>{t(title)}</legend>
      {[...missing.map((value) => ({ value, count: 0 })), ...listed].map(({ value, count }) => (
        <Option
          key={value}
          type="checkbox"
          group={title}
          checked={picked.includes(value)}
          count={count}
          onChange={() => onChange(!many && picked.includes(value) ? "" : value)}
        >
          <span className={title === "catalog.owner" ? styles.value : `mono ${styles.value}`}>{value}</span>
        </Option>
      ))}
      {facet.values.length > SHOWN && (
        <Button kind="quiet" className={styles.more} onClick={() => setAll(!all)}>
          {all ? t("catalog.fewer") : t("catalog.more", { n: facet.values.length - SHOWN })}
        </Button>
      )}
      {all && facet.others > 0 && <p className="soft small">{t("catalog.others", { n: facet.others })}</p>}
    </fieldset>
  );
}

interface OptionProps {
  type: "radio" | "checkbox";
  group: string;
  checked: boolean;
  count: number | null;
  onChange(): void;
  children: ReactNode;
}

function Option({ type, group, checked, count, onChange, children }: OptionProps) {
  const { number } = useWords();
  const id = useId();
  return (
    <div className={styles.option} data-empty={count === 0 && !checked ? "" : undefined}>
      <input id={id} type={type} name={group} checked={checked} onChange={onChange} />
      <label htmlFor={id}>{children}</label>
      {count !== null && <span className={styles.count}>{number(count)}</span>}
    </div>
  );
}
