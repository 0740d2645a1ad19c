import './styles/base.css'
import './styles/controls.css'
import './styles/surfaces.css'
import './styles/shell.css'
import { render } from 'preact'
import './core/theme.ts'
import { App } from './shell/app.tsx'

render(<App />, document.getElementById('console')!)
