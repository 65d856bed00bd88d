/** The members of a state that hold a value of this type. */
type KeysOf<State, Value> = { [Key in keyof State]-?: State[Key] extends Value ? Key : never }[keyof State] & string

/**
 * Ties a field to a member of a form's state: its name, its value, and what an edit changes. `field` is the path of its errors
 * if that is not the member's name.
 */
export function bind<State extends object, Key extends KeysOf<State, string | boolean>>(
  state: State,
  change: (patch: Partial<State>, field: string) => void,
  key: Key,
  field: string = key,
) {
  return {
    name: field,
    value: state[key] as State[Key] extends boolean ? boolean : string,
    onChange: (value: string | boolean) => change({ [key]: value } as unknown as Partial<State>, field),
  }
}
