/** Atalaya's mark: a tower and a waterline. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d="M8.5 4v5.5h15V4M13.5 4v2.5M18.5 4v2.5M11 9.5 9.5 21M21 9.5 22.5 21M16 13.5V17" />
      <path d="M2.5 26.5c2.2-2.2 4.6-2.2 6.8 0s4.5 2.2 6.7 0 4.5-2.2 6.7 0 4.6 2.2 6.8 0" />
    </svg>
  );
}
