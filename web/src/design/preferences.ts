/** A choice about looks that this browser remembers; never anything about data or identity. */
export interface Preference<T extends string> {
  read(): T | null;
  write(value: T | null): void;
}

export function preference<T extends string>(name: string, allowed: readonly T[] | null = null): Preference<T> {
  const key = `atalaya.${name}`;
  return {
    read() {
      try {
        const value = localStorage.getItem(key) as T | null;
        return value !== null && (allowed === null || allowed.includes(value)) ? value : null;
      } catch {
        return null;
      }
    },
    write(value) {
      try {
        if (value === null) localStorage.removeItem(key);
        else localStorage.setItem(key, value);
      } catch {
        // Storage is switched off: the choice lasts as long as the page.
      }
    },
  };
}
