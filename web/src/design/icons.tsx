const paths = {
  home: "M2.5 7.5 8 3l5.5 4.5M4 6.5V13h8V6.5M6.5 13V9.5h3V13",
  command: "M5.5 5.5h5v5h-5zM5.5 5.5H4.2a1.7 1.7 0 1 1 1.3-1.3zM10.5 5.5V4.2a1.7 1.7 0 1 1 1.3 1.3zM5.5 10.5v1.3a1.7 1.7 0 1 1-1.3-1.3zM10.5 10.5h1.3a1.7 1.7 0 1 1-1.3 1.3z",
  catalog: "M3 4.5h10M3 8h10M3 11.5h10",
  query: "M3 4l4 4-4 4M8.5 12.5H13",
  pipelines: "M2.5 4h4v3h-4zM9.5 9h4v3h-4zM6.5 5.5h3a2 2 0 0 1 2 2V9",
  tag: "M2.5 2.5h5l6 6-5 5-6-6zM5.2 5.2h.01",
  administration: "M2.5 4.5h6M11.5 4.5h2M10 6a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM2.5 11.5h2M7.5 11.5h6M6 13a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
  audit: "M8 2 3 4v4c0 3 2.2 5 5 6 2.8-1 5-3 5-6V4zM5.8 8l1.7 1.7L10.5 6.5",
  policies: "M3.5 4.5h9M3.5 8h9M3.5 11.5h9M6 3v3M10 6.5v3M5 10v3",
  bell: "M4 11.5h8c-1-1-1.3-2-1.3-4a2.7 2.7 0 0 0-5.4 0c0 2-.3 3-1.3 4zM7 13.5h2",
  download: "M8 2.5v8M4.8 7.5 8 10.7l3.2-3.2M3 13.5h10",
  reviews: "M3 4.5l1 1 1.8-2M3 8.5l1 1 1.8-2M3 12.5l1 1 1.8-2M8 4.5h5M8 8.5h5M8 12.5h5",
  requests: "M3 3.5h10v7H8l-3 2.5v-2.5H3zM5.5 7l1.7 1.7L10.5 5.5",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.5 10.5 14 14",
  person: "M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8zM3 13.5c.6-2.3 2.6-3.5 5-3.5s4.4 1.2 5 3.5",
  light: "M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5V3M8 13v1.5M1.5 8H3M13 8h1.5M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1",
  dark: "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z",
  system: "M2.5 3.5h11v7h-11zM6 13.5h4M8 10.5v3",
  chevron: "M6 3.5 10.5 8 6 12.5",
  down: "M3.5 6 8 10.5 12.5 6",
  close: "M4 4l8 8M12 4l-8 8",
  pencil: "M3 13l.7-2.8L11 2.9l2.1 2.1-7.3 7.3zM9.6 4.3l2.1 2.1",
  format: "M3 3.5h10M6.5 6.7h6.5M6.5 9.8h4M3 13h10",
  plan: "M6 2.5h4v3H6zM2.5 10.5h4v3h-4zM9.5 10.5h4v3h-4zM8 5.5V8M4.5 10.5V8h7v2.5",
  plus: "M8 3v10M3 8h10",
  lock: "M4.5 7.5h7v5.5h-7zM6 7.5V5.5a2 2 0 0 1 4 0v2",
  run: "M5 3.5v9l7-4.5z",
  stop: "M4.5 4.5h7v7h-7z",
  copy: "M5.5 5.5h7v7h-7zM3.5 10.5v-7h7",
  link: "M6.5 9.5 9.5 6.5M7 5l1.5-1.5a2.5 2.5 0 0 1 3.6 3.6L10.5 8.5M9 11l-1.5 1.5a2.5 2.5 0 0 1-3.6-3.6L5.5 7.5",
  panel: "M2.5 3h11v10h-11zM6.5 3v10",
  table: "M2.5 3h11v10h-11zM2.5 6.5h11M6.5 6.5V13",
  clock: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM8 5v3.2l2 1.3",
  seal: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM5.3 8.2l1.9 1.9 3.5-3.9",
  check: "M3.5 8.5l3 3 6-7",
  language: "M8 13.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM2.5 8h11M8 2.5c1.6 1.6 2.3 3.4 2.3 5.5S9.6 11.9 8 13.5C6.4 11.9 5.7 10.1 5.7 8S6.4 4.1 8 2.5z",
  chart: "M2.5 2.5v11h11M5.5 11V8M8.5 11V4.5M11.5 11V6.5",
  dashboards: "M2.5 3h5v6h-5zM2.5 11h5v2h-5zM9.5 3h4v3h-4zM9.5 8h4v5h-4z",
  models: "M4 4.2h.01M4 11.8h.01M12 8h.01M5.2 4.8 10.8 7.4M5.2 11.2 10.8 8.6M4 5.7a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM4 13.3a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM12 9.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z",
  more: "M4.3 8a.8.8 0 1 1-1.6 0 .8.8 0 0 1 1.6 0zM8.8 8a.8.8 0 1 1-1.6 0 .8.8 0 0 1 1.6 0zM13.3 8a.8.8 0 1 1-1.6 0 .8.8 0 0 1 1.6 0z",
  out: "M9.5 3h-6v10h6M7 8h7M11.5 5.5 14 8l-2.5 2.5",
} as const;

export type IconName = keyof typeof paths;

/** A line drawing of 16 px; always beside a word or on a control that has a name. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
