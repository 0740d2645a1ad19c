import type { Data, Kind } from '../../src/email/kinds.ts'

const url = 'https://shop.example.com/console'
const ticket = { number: 'T-17', subject: 'Не приходит чек', message: 'Здравствуйте!\nЧек так и не пришёл.', url }

/** One letter of each kind, as it would be written. */
export const samples: { [K in Kind]: Data<K> } = {
  confirm: { code: '271828' },
  reset: { code: 'mZk3vQ8xYt1LrW5bN0pJcE7sUaHdGfI2oVqKyXw9TnA', url: `${url}/forgot` },
  known: { url },
  welcome: { url },
  invitation: { url: `${url}/invite#mZk3vQ8xYt1LrW5bN0pJcE7sUaHdGfI2oVqKyXw9TnA`, by: 'Анна Петрова' },
  payment_confirmed: { amount: '1000.00 ₽', balance: '1250.00 ₽', payment_id: '1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed' },
  balance_low: { balance: '95.00 ₽', threshold: '100.00 ₽', url },
  balance_empty: { balance: '3.00 ₽', price: '5.00 ₽', url },
  handoff_waiting: {
    visitor: 'Иван',
    assistant: 'Чайная лавка',
    reason: 'просит человека',
    message: 'Позовите, пожалуйста, человека: заказ пришёл разбитым.',
    url: `${url}/inbox/12`,
  },
  ticket_created: ticket,
  ticket_incoming: { ...ticket, from: 'ivan@example.com' },
  ticket_answered: ticket,
  ticket_closed: { number: ticket.number, subject: 'No receipt', url },
  contact: {
    name: 'Иван Иванов',
    email: 'ivan@example.com',
    phone: '+7-900-123-45-67',
    subject: 'Вопрос по тарифам',
    message: 'Подскажите про корпоративные тарифы.\n\nСпасибо!',
  },
  test: { host: 'shop.example.com' },
}
