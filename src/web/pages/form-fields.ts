import { html } from 'hono/html';
import type { FormState } from './form-page.ts';
import type { Html } from './page.ts';

/** Why what was sent was not done, above the form. */
export function problemOf({ problem }: FormState): Html | '' {
  return problem === undefined ? '' : html`<p class="problem" role="alert">${problem}</p>`;
}

/** Who does it, and the token where the browser has not sent it; password managers know both. */
export function personFields({ name, needsToken }: FormState): Html {
  return html`<p class="field">
      <label for="by">Your name</label>
      <input id="by" name="by" value="${name}" autocomplete="username" maxlength="100" required />
    </p>
    ${
      needsToken
        ? html`<p class="field">
            <label for="token">Token <span class="quiet">the content of &lt;data_dir&gt;/token</span></label>
            <input id="token" name="token" type="password" autocomplete="current-password" required />
          </p>`
        : ''
    }`;
}
