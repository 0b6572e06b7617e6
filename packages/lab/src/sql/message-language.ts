import type { ServerLanguage } from "./server-settings.ts";

/** Words of a message: what English says, and the same in other languages with the parts in their places. */
interface Wording {
  readonly english: RegExp;
  readonly spanish: string;
  readonly japanese: string;
}

/**
 * The messages about names, rights and logins. Those of 229 and of wrong syntax are known from public texts,
 * the others follow their pattern. Whatever has no wording here stays English.
 */
const wordings: Readonly<Record<number, Wording>> = {
  102: {
    english: /^Incorrect syntax near '(.*)'\.$/s,
    spanish: "Sintaxis incorrecta cerca de '$1'.",
    japanese: "'$1' 付近に不適切な構文があります。",
  },
  156: {
    english: /^Incorrect syntax near the keyword '(.*)'\.$/s,
    spanish: "Sintaxis incorrecta cerca de la palabra clave '$1'.",
    japanese: "キーワード '$1' 付近に不適切な構文があります。",
  },
  207: {
    english: /^Invalid column name '(.*)'\.$/s,
    spanish: "El nombre de columna '$1' no es válido.",
    japanese: "列名 '$1' が無効です。",
  },
  208: {
    english: /^Invalid object name '(.*)'\.$/s,
    spanish: "El nombre de objeto '$1' no es válido.",
    japanese: "オブジェクト名 '$1' が無効です。",
  },
  229: {
    english: /^The (.*) permission was denied on the object '(.*)', database '(.*)', schema '(.*)'\.$/s,
    spanish: "Se denegó el permiso $1 en el objeto '$2', base de datos '$3', esquema '$4'.",
    japanese: "$1 権限がオブジェクト '$2'、データベース '$3'、スキーマ '$4' で拒否されました。",
  },
  262: {
    english: /^(.*) permission denied in database '(.*)'\.$/s,
    spanish: "Se denegó el permiso $1 en la base de datos '$2'.",
    japanese: "$1 権限がデータベース '$2' で拒否されました。",
  },
  300: {
    english: /^(.*) permission was denied on object '(.*)', database '(.*)'\.$/s,
    spanish: "Se denegó el permiso $1 en el objeto '$2', base de datos '$3'.",
    japanese: "$1 権限がオブジェクト '$2'、データベース '$3' で拒否されました。",
  },
  916: {
    english: /^The server principal "(.*)" is not able to access the database "(.*)" under .*$/s,
    spanish:
      'La entidad de seguridad del servidor "$1" no puede obtener acceso a la base de datos "$2" en el contexto de seguridad actual.',
    japanese:
      'サーバー プリンシパル "$1" は、現在のセキュリティ コンテキストではデータベース "$2" にアクセスできません。',
  },
  4060: {
    english: /^Cannot open database "(.*)" requested by the login\..*$/s,
    spanish:
      'No se puede abrir la base de datos "$1" solicitada por el inicio de sesión. Error de inicio de sesión.',
    japanese: 'このログインで要求されたデータベース "$1" を開けません。ログインに失敗しました。',
  },
  15151: {
    english: /^Cannot find the (.*) '(.*)', because it does not exist or you do not have permission\.$/s,
    spanish: "No se encuentra el elemento $1 '$2', porque no existe o no tiene permiso.",
    japanese: "$1 '$2' が存在しないか、権限がないため、見つかりません。",
  },
  18456: {
    english: /^Login failed for user '(.*)'\.$/s,
    spanish: "Error de inicio de sesión del usuario '$1'.",
    japanese: "ユーザー '$1' はログインできませんでした。",
  },
};

/** A message in the language that the server speaks; its number stays. */
export function worded<T extends { readonly number: number; readonly text: string }>(
  message: T,
  language: ServerLanguage,
): T {
  const wording = wordings[message.number];
  if (language === "english" || wording === undefined) return message;
  return { ...message, text: message.text.replace(wording.english, wording[language]) };
}
