// What JavaScript believes of the wasm is what wasm-bindgen made of it; and what fails there has a code that is public.
import { expectTypeOf } from 'expect-type';
import type { ErrorCode, EverfreshError } from '../../pkg-template/src/errors.js';
import type * as wasm from '../../pkg-template/wasm/everfresh.js';
import type { Client, Failure } from '../../src/host/boundary.js';

type Exported = Omit<wasm.Client, 'free' | typeof Symbol.dispose>;

expectTypeOf<Client>().toEqualTypeOf<Exported>();
expectTypeOf<ConstructorParameters<Failure>[0]>().toExtend<ErrorCode>();
expectTypeOf<typeof EverfreshError>().toExtend<Failure>();
